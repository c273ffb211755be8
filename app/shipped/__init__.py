"""Shipped protocols as study folders: computer-made cases, their truth, and what an AI says of them."""
