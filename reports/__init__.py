"""Documents, tables and sheets that leave the house; laid out here, from numbers that others worked out."""
