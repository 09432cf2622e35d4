"""Sections that packages above add to the page of a record below.

The page asks for them; the packages below know nothing of those above. A provider stands in an
app's panels.py and is found when Django starts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Panel:
    """A section: its title, the template of its inside, and what that needs."""

    title: str | Promise
    template: str
    context: dict[str, Any] = field(default_factory=dict)


Provider = Callable[[Any, Any], Panel | None]

_providers: dict[str, list[tuple[int, Provider]]] = {}


def panel(kind: str, *, order: int) -> Callable[[Provider], Provider]:
    """Register ``provider(user, record)`` for records of ``kind``, lower ``order`` first.

    ``kind`` is a model's label such as ``models_registry.aisystem``. A provider answers ``None``
    when it has nothing to show to this user.
    """

    def register(provider: Provider) -> Provider:
        found = _providers.setdefault(kind, [])
        found.append((order, provider))
        found.sort(key=lambda pair: pair[0])
        return provider

    return register


def panels_of(user: Any, record: Any) -> list[Panel]:
    """What the packages above have to say about ``record`` to ``user``."""
    made = (provider(user, record) for _order, provider in _providers.get(record.kind(), []))
    return [found for found in made if found is not None]
