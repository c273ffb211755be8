"""Replay: a sitting played again from its log, in a window or into a film."""
