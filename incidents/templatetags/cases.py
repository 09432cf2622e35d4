"""``{% load cases %}``: showing what others wrote."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from incidents.exchange.showing import visible as made_visible
from incidents.models import Fact
from ledger.canonical import encode, plain

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
