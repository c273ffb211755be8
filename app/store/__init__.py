"""The SQLite store: models, one writer thread, hash chain, export."""
