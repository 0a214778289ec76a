"""Rows: tables, queries and migrations. Functions here take a session or connection first and never commit."""
