"""What lists need so that their rows can be chosen for a change of many."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

# Of the address of a list these say how it is shown, not which records it holds.
_SHOWING = frozenset({"page", "sort", "format"})


def many_context(request: HttpRequest, name: str) -> dict[str, Any]:
    """Where the ticked rows go, and the filters that say what “all” means."""
    filters = [
        (key, value)
        for key, values in request.GET.lists()
        if key not in _SHOWING
        for value in values
    ]
    return {"many_url": reverse(name), "chosen_filters": filters}
