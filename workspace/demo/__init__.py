"""The demonstration organisation: made by the same actions that people use."""
