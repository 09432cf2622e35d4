"""What lists need so that their rows can be chosen for a change of many."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

# Of the address of a list these say how it is shown, not which records it holds.
_SHOWING = frozenset({"page", "sort", "format"})


def many_context(request: HttpRequest, kind: str) -> dict[str, Any]:
    """Where the ticked rows go, the table of the list, and the filters that say what “all” is."""
    filters = [
        (key, value)
        for key, values in request.GET.lists()
        if key not in _SHOWING
        for value in values
    ]
    return {
        "many_url": reverse(f"models_registry:{kind}-many"),
        "table_url": f"{reverse(f'models_registry:{kind}-table')}?{urlencode(filters)}",
        "chosen_filters": filters,
    }
