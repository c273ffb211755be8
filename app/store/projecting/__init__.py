"""From the log to the rows of tables, which can be rebuilt from it at any time: their description and the folds that fill them."""
