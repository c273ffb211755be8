"""The technician's station: exams arrive from the scanner, and each is accepted, repeated or called about."""
