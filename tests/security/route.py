"""One row of the route × role table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.world import World

Args = Callable[[World], dict[str, Any]]


def _none(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Route:
    """``name`` is a URL name, ``args`` its keyword arguments built in a world.

    ``expect`` maps every persona of tests.world.PERSONAS to the status it must get; ``"*"``
    stands for all that are not named. ``data`` is posted, ``query`` stands in the address.
    ``page`` routes are walked by the browser tests, too, as ``page_as``.
    """

    name: str
    expect: dict[str, int]
    args: Args = _none
    method: str = "get"
    data: Args = _none
    query: dict[str, str] = field(default_factory=dict)
    page: bool = False
    page_as: str = "engineer"
    headers: dict[str, str] = field(default_factory=dict)

    def expected(self, persona: str) -> int:
        """The status for ``persona``."""
        return self.expect[persona] if persona in self.expect else self.expect["*"]
