"""Questions to the tables, one module a noun; named for what they give."""
