"""Turns many answers into numbers: tallies, indices with their precision, and what of them may be shown."""
