"""Phantom exams with exact truth, made from a seed."""
