"""Inventories of others, read into neutral entries; nothing here knows the database."""
