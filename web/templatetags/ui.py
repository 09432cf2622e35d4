"""``{% load ui %}``: the words of the interface, each written in one place."""

import math
from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from web import icons
from web import markdown as markdown_text
from web.looks import look_of

register = template.Library()

DASH = "–"
NOTHING = "—"
DIGEST_SHOWN = 12
MIN_DIGITS, MAX_DIGITS = 2, 6


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """``{% icon "lock" %}``: a Lucide icon as inline SVG, hidden from screen readers."""
    return icons.icon_svg(str(name), int(size))


@register.simple_tag
def state(value: object, label: object = "", *, stale: bool = False) -> SafeString:
    """``{% state run.verdict %}``: a badge with icon and word; ``label`` replaces the word.

    ``stale=True`` adds the hourglass. Expired states are struck through.
    """
    look = look_of("unknown" if value in (None, "") else value)
    word = label or look.word
    struck = format_html("<s>{}</s>", word) if look.icon == "calendar-x" else word
    aged = (
        format_html("{}<span>{}</span>", icons.icon_svg("hourglass"), _("stale")) if stale else ""
    )
    return format_html(
        '<span class="badge {}">{}<span>{}</span>{}</span>',
        look.tone,
        icons.icon_svg(look.icon),
        struck,
        aged,
    )


@register.simple_tag
def tone(value: object) -> str:
    """``class="verdict {% tone run.verdict %}"``: the class that colours a state."""
    return look_of("unknown" if value in (None, "") else value).tone


@register.simple_tag
def digest(value: object, length: int = DIGEST_SHOWN) -> SafeString:
    """The first ``length`` characters of a digest; the whole of it in the title."""
    text = "" if value is None else str(value)
    if not text:
        return SafeString(NOTHING)
    shown = text if len(text) <= length else text[:length] + "…"
    return format_html('<abbr class="digest" title="{}">{}</abbr>', text, shown)


@register.simple_tag
def when(value: datetime | date | None) -> SafeString:
    """A moment in the reader's time zone with its zone named, UTC in the title; or a bare day."""
    if value is None:
        return SafeString(NOTHING)
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), _day(value))
    moment = value if timezone.is_aware(value) else value.replace(tzinfo=UTC)
    utc, local = moment.astimezone(UTC), timezone.localtime(moment)
    return format_html(
        '<time class="nowrap" datetime="{}" title="{}">{} {}</time>',
        utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        utc.strftime("%Y-%m-%d %H:%M:%S UTC"),
        _day(local),
        local.strftime("%H:%M %Z"),
    )


def _day(value: date) -> str:
    month = _MONTHS[value.month - 1]
    return f"{value.day} {_(month)} {value.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@register.simple_tag
def interval(
    estimate: object,
    low: object = None,
    high: object = None,
    n: object = None,
    digits: int | None = None,
) -> str:
    """``0.87 (0.84–0.90), n 1,204``. Without ``digits`` the width of the interval decides."""
    value, below, above = _number(estimate), _number(low), _number(high)
    if value is None:
        return _("not computed")
    places = _digits(value, below, above) if digits is None else digits
    text = _fixed(value, places)
    if below is not None and above is not None:
        text += f" ({_fixed(below, places)}{DASH}{_fixed(above, places)})"
    count = _number(n)
    return text if count is None else f"{text}, n {thousands(count)}"


def _digits(value: float, low: float | None, high: float | None) -> int:
    scale = high - low if low is not None and high is not None and high > low else abs(value)
    if scale <= 0:
        return MIN_DIGITS
    return max(MIN_DIGITS, min(MAX_DIGITS, math.ceil(-math.log10(scale))))


def _fixed(value: float, places: int) -> str:
    return number_format(round(value, places) + 0.0, decimal_pos=places, use_l10n=True)


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


@register.simple_tag
def person(user: Any) -> SafeString:
    """The name of a person, with the e-mail address in the title where there is one."""
    if user is None or not str(user):
        return format_html('<span class="quiet">{}</span>', _("nobody"))
    address = getattr(user, "email", "")
    if not address or address == str(user):
        return format_html('<span class="person">{}</span>', user)
    return format_html('<span class="person" title="{}">{}</span>', address, user)


@register.simple_tag
def meter(value: object, maximum: object, label: object) -> SafeString:
    """``{% meter answered 72 "Answered" %}``: a bar with its two numbers in words beside it."""
    done, whole = _number(value) or 0.0, _number(maximum) or 0.0
    words = _("%(done)s of %(whole)s") % {"done": thousands(done), "whole": thousands(whole)}
    return format_html(
        '<span class="meter"><meter min="0" max="{}" value="{}" aria-label="{}"></meter>'
        '<span class="nowrap">{}</span></span>',
        _plain(whole or 1),
        _plain(done),
        f"{label}: {words}",
        words,
    )


def _plain(number: float) -> str:
    return f"{number:g}" if number % 1 else str(int(number))


@register.filter
def percent(value: object, digits: int = 0) -> str:
    """``0.874|percent`` → ``87 %``; anything that is not a number → a dash."""
    number = _number(value)
    return NOTHING if number is None else f"{_fixed(number * 100, int(digits))}\u00a0%"


@register.filter
def thousands(value: object) -> str:
    """``1204|thousands`` → ``1,204``."""
    number = _number(value)
    if number is None:
        return NOTHING
    return f"{number:,.0f}" if number == int(number) else f"{number:,}"


@register.filter
def decimals(value: object, digits: int = 2) -> str:
    """``0.31415|decimals:3`` → ``0.314``."""
    number = _number(value)
    return NOTHING if number is None else _fixed(number, int(digits))


@register.filter
def bytes_size(value: object) -> str:
    """``1536|bytes_size`` → ``1.5 KB`` (1 KB = 1,024 bytes)."""
    number = _number(value)
    if number is None:
        return NOTHING
    for unit in ("bytes", "KB", "MB"):
        if number < 1024:
            return f"{number:,.0f} {unit}" if unit == "bytes" else f"{number:,.1f} {unit}"
        number /= 1024
    return f"{number:,.1f} GB"


@register.filter
def markdown(value: object) -> SafeString:
    """Markdown as sanitised HTML; put it into ``<div class="prose">``."""
    return markdown_text.render("" if value is None else str(value))


@register.simple_tag(takes_context=True)
def query_replace(context: template.Context, **changes: object) -> str:
    """``?`` and the query of this page with ``changes``; ``None`` or empty takes a key away."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"
