"""Text in a cell, as every list of the product writes it. No Django."""

from web.cells import guarded, plain_text, unguarded

__all__ = ["guarded", "plain_text", "unguarded"]
