"""The document of a postmortem: its shape, its pictures and its Markdown. Pure functions."""
