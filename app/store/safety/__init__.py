"""When the disk says no: rows held in a journal until they can be written, backups, a file that went away."""
