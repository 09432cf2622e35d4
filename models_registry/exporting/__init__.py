"""Cards in other formats, and edits inside their own: bytes in, bytes out. Touches no database."""
