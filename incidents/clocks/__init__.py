"""Notification duties: rules as data, deadlines as arithmetic. Touches no database."""
