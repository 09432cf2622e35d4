"""The playbooks of fixtures/playbooks: what to do about each kind of failure, as data."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from evaluations.checks.catalogue import CATALOGUE
from frameworks.catalogue import published_keys

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "playbooks"
# The parts of a playbook that are ticked, in the order of the work.
PARTS = ("contain", "eradicate", "recover", "keep")


class PlaybookError(ValueError):
    """A playbook in the data is not what it must be."""


@dataclass(frozen=True)
class Playbook:
    """What shows a kind of failure, what holds it back, removes it and proves that it is over.

    ``counts_back_to`` says from when on a version is suspect: since it was deployed, or since the
    data that it was trained on. ``checks`` are ids of the catalogue and ``families`` of checks.
    """

    id: str
    title: str
    when: str
    tags: tuple[str, ...]
    families: tuple[str, ...]
    checks: tuple[str, ...]
    signals: tuple[str, ...]
    contain: tuple[str, ...]
    eradicate: tuple[str, ...]
    recover: tuple[str, ...]
    keep: tuple[str, ...]
    subcategories: tuple[str, ...]
    counts_back_to: Literal["deployment", "training"] = "deployment"

    @property
    def steps(self) -> dict[str, str]:
        """Every step that can be ticked, by its key such as ``contain-1``."""
        return {
            f"{part}-{number}": text
            for part in PARTS
            for number, text in enumerate(getattr(self, part), 1)
        }

    def plain(self) -> dict[str, Any]:
        """As it is frozen with an incident."""
        return asdict(self)


@cache
def playbooks() -> dict[str, Playbook]:
    """All playbooks by id. Raises ``PlaybookError`` when one names an unknown check or key."""
    rows = json.loads((FOLDER / "playbooks.json").read_text(encoding="utf-8"))["playbooks"]
    return {row["id"]: playbook_from(row) for row in rows}


def playbook_from(row: dict[str, Any]) -> Playbook:
    """A playbook from its plain form. Raises ``PlaybookError``."""
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
    found = Playbook(**values)
    unknown = set(found.checks) - set(CATALOGUE)
    unknown |= set(found.subcategories) - set(published_keys())
    if unknown:
        raise PlaybookError(f"{found.id} names {sorted(unknown)}")
    return found


def suggested(check: str) -> list[Playbook]:
    """Playbooks that fit a failed check: those that name it, then those of its family."""
    spec = CATALOGUE.get(check)
    named = [one for one in playbooks().values() if check in one.checks]
    family = spec.family if spec else ""
    near = [one for one in playbooks().values() if family and family in one.families]
    return named + [one for one in near if one not in named]
