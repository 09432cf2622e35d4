"""Incidents that resemble each other, by the words they use. Touches no database."""
