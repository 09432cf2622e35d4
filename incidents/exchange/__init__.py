"""Reports of others: bytes in, one neutral record and an honest report out. Touches no database."""
