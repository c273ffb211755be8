"""A block with a reading list: its exams and calls as they are laid out, what the clock brings, what follows."""
