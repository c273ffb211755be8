"""The store: one SQLite file with everything that happened. Rooms in it: trouble, central database, tables, files."""
