"""The clock's door: what happens by itself, and when."""
