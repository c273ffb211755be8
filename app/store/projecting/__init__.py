"""From the log to the rows of tables: what each table is, and the folds that fill it from events at any time."""
