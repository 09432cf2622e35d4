"""One reader per tool; each knows the marks of its own files."""
