"""Reading uploaded tables in a process of its own, so that a hostile file can hurt only that."""
