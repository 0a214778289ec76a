"""Faults on purpose: processes killed, databases locked or away; what was acknowledged is there, once."""
