"""Workflows on real databases of both kinds."""
