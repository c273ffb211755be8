"""How the shipped models were trained. Needs the optional dependencies `train`; nothing at run time imports it."""
