"""Text of others as it may be shown; the rule is that of every page and export."""

from web.showing import visible

__all__ = ["visible"]
