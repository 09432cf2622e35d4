"""``{% load history %}{% history record %}``: what happened to a record, on its page."""

from dataclasses import replace
from typing import Any

from django import template
from django.template.loader import render_to_string

from models_registry.history import Entry
from models_registry.history import history as events_of

register = template.Library()


@register.simple_tag
def history(record: Any) -> str:
    """Who did what to ``record``, when, from what to what, and why; two queries."""
    told = [replace(entry, what=_words(entry)) for entry in events_of(record)]
    return render_to_string("models_registry/parts/history.html", {"history": told})


def _words(entry: Entry) -> Any:
    """The words of an event, or its name without the package: “Monitor paused”."""
    if str(entry.what) != entry.name:
        return entry.what
    return " ".join(entry.name.split(".")[1:]).replace("-", " ").capitalize()
