"""Words for signals."""

from typing import Any

from django import template

from evaluations.forms import FAMILIES
from incidents.models.signals import OUTCOMES
from incidents.signal_tables import PHASE_WORDS
from incidents.timings import Median

register = template.Library()


@register.filter
def phase_words(value: str) -> Any:
    """How the incident of a signal stands, in words."""
    return PHASE_WORDS.get(value, value)


@register.filter
def family_words(value: str) -> Any:
    """The family of checks, in words."""
    return FAMILIES.get(value, value)


@register.filter
def outcome_words(value: str) -> Any:
    """What a window says, in words."""
    return dict(OUTCOMES).get(value, value)


@register.filter
def median_words(value: Median) -> str:
    """A median in hours as ``2.5 (1.0–8.0), n 12``."""
    if value.value is None:
        return "–"
    words = f"{value.value:,.1f}"
    if value.low is not None and value.high is not None:
        words += f" ({value.low:,.1f}–{value.high:,.1f})"
    return f"{words}, n {value.n:,}"
