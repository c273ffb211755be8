"""Qt pages of the workstation; thin, without study logic."""
