"""Lucide icons as inline SVG: decoration beside a word, never instead of one."""

import re
from functools import cache

from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

_SPACE = re.compile(r"\s*\n\s*")
_DULL = re.compile(r' (?:stroke-width|stroke-linecap|stroke-linejoin)="[^"]*"')


@cache
def icon_svg(name: str, size: int = 16) -> SafeString:
    """The icon ``name`` of ``size`` CSS pixels, hidden from assistive technology.

    Raises ``lucide.IconDoesNotExist`` for a name that Lucide does not have.
    """
    drawn = str(lucide(name, size=size, **{"class": "icon", "aria_hidden": "true"}))
    head, rest = _SPACE.sub(" ", drawn).split(">", 1)
    # Stroke properties come from the stylesheet: a page with forty icons stays small.
    return mark_safe(_DULL.sub("", head) + ">" + rest.replace("> <", "><"))  # noqa: S308
