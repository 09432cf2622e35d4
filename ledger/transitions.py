"""State machines as plain data, without Django, so that a property test can walk them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Transition:
    """``verb`` takes a record from ``source`` to ``target``, if ``permission`` allows it."""

    source: str
    verb: str
    target: str
    permission: str
    needs_reason: bool = False


class NoTransition(ValueError):
    """The table has no such step from this state."""


def step(table: Iterable[Transition], state: str, verb: str) -> Transition:
    """The transition for ``verb`` from ``state``.

    Raises ``NoTransition`` when the table has none.
    """
    for transition in table:
        if transition.source == state and transition.verb == verb:
            return transition
    raise NoTransition(f"“{verb}” is not possible in state “{state}”")


def verbs(table: Iterable[Transition], state: str) -> list[Transition]:
    """All transitions that leave ``state``."""
    return [transition for transition in table if transition.source == state]
