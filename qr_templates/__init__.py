"""Codes and posters: what hangs at a counter, drawn from plain words; imports nothing of ours."""
