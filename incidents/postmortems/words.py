"""The words of a postmortem: its questions, moments, periods and factors."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# Question and help, in the order of the form.
QUESTIONS: dict[str, tuple[Any, Any]] = {
    "impact": (
        _("Impact in plain words"),
        _("Who felt it, how, and how many? One paragraph that somebody outside understands."),
    ),
    "factors": (
        _("Contributing factors"),
        _("What made it possible and what made it last? Conditions and causes, not people."),
    ),
    "helped": (
        _("What helped, what surprised"),
        _("What went well or by luck, and what nobody expected?"),
    ),
    "changes": (
        _("What changes"),
        _("What will be different, and how would one see that it works?"),
    ),
}
MOMENTS: dict[str, Any] = {
    "occurred": _("Began"),
    "detected": _("Noticed"),
    "acknowledged": _("Acknowledged"),
    "contained": _("Contained"),
    "fixed": _("Repaired"),
    "resolved": _("Resolved"),
}
PERIODS: dict[str, Any] = {
    "detect": _("until noticed"),
    "acknowledge": _("until acknowledged"),
    "contain": _("until contained"),
    "repair": _("until repaired"),
    "resolve": _("until resolved"),
}
