"""``{% load cases %}``: showing what others wrote."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from incidents.exchange.showing import visible as made_visible
from incidents.models import Fact
from incidents.postmortems import shape, words
from ledger.canonical import encode, plain
from web.templatetags.ui import when

register = template.Library()
_LONG = 600


@register.filter
def visible(value: object) -> str:
    """Text of others with marks that cannot be seen written out; still to be escaped."""
    return made_visible(str(value))


@register.filter
def as_json(value: Any) -> str:
    """A value of any shape as compact JSON, cut at 600 signs."""
    text = encode(plain(value)).decode()
    return made_visible(text if len(text) <= _LONG else text[:_LONG] + "…")


@register.filter
def fact_words(value: object) -> str:
    """What a period counts from, in words."""
    known = {str(name): str(label) for name, label in Fact.choices}
    return known.get(str(value)) or str(_("The notice before was sent"))


@register.filter
def web_address(value: object) -> str:
    """The address if it is one of the web, else nothing: no other scheme becomes a link."""
    text = str(value)
    return text if text.lower().startswith(("https://", "http://")) else ""


@register.filter
def as_moment(value: object) -> Any:
    """A moment of a document, which is UTC in ISO 8601; None for an empty one."""
    return shape.moment(str(value)) if value else None


@register.filter
def when_shown(value: Any) -> SafeString:
    """As ``{% when %}``, for a moment that comes out of another filter."""
    return when(value)


@register.filter
def spoken(value: int) -> str:
    """Seconds as ``3 h 20 min``."""
    return shape.spoken(int(value))


@register.filter
def moment_rows(moments: dict[str, str]) -> list[tuple[str, str]]:
    """The moments of a document that happened, in the order in which they are told."""
    return [(str(word), moments[name]) for name, word in words.MOMENTS.items() if moments[name]]


@register.filter
def period_word(value: object) -> str:
    """The word for a period of a document."""
    return str(words.PERIODS[str(value)])


@register.filter
def lookup(key: object, words_of: Any) -> str:
    """The word for ``key`` in a table of words."""
    return str(words_of.get(key, key))
