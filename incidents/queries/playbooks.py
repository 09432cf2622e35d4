"""Reading playbooks: which fit, which are followed, and how far."""

from dataclasses import dataclass
from typing import Any

from incidents.models import ChosenPlaybook, Incident, StepTick, TimelineEntry
from incidents.playbooks import PARTS, Playbook, playbooks, suggested


@dataclass(frozen=True)
class Line:
    """A step with what was said of it, if anything was."""

    key: str
    text: str
    tick: StepTick | None


@dataclass(frozen=True)
class Followed:
    """A chosen playbook with its steps by part."""

    chosen: ChosenPlaybook
    playbook: Playbook
    parts: dict[str, list[Line]]

    @property
    def total(self) -> int:
        """How many steps it has."""
        return len(self.playbook.steps)

    @property
    def done(self) -> int:
        """How many steps were ticked."""
        return sum(1 for lines in self.parts.values() for line in lines if line.tick)


def followed(incident: Incident) -> list[Followed]:
    """The chosen playbooks with their ticks; two queries."""
    rows = ChosenPlaybook.objects.filter(incident=incident).select_related("chosen_by")
    return [_followed(one) for one in rows.prefetch_related("ticks__ticked_by")]


def _followed(chosen: ChosenPlaybook) -> Followed:
    ticks = {tick.step: tick for tick in chosen.ticks.all()}
    playbook = chosen.frozen
    parts = {
        part: [
            Line(key, text, ticks.get(key))
            for key, text in playbook.steps.items()
            if key.startswith(f"{part}-")
        ]
        for part in PARTS
    }
    return Followed(chosen, playbook, parts)


def suggestions(incident: Incident) -> list[Playbook]:
    """Playbooks that fit the checks in the timeline and are not chosen yet, the best first."""
    names = [incident.check_run.check_name] if incident.check_run else []
    entries = TimelineEntry.objects.filter(incident=incident, check_run__isnull=False)
    names += entries.order_by("pk").values_list("check_run__check_name", flat=True)[:20]
    taken = set(
        ChosenPlaybook.objects.filter(incident=incident).values_list("playbook_id", flat=True)
    )
    found: dict[str, Playbook] = {}
    for name in dict.fromkeys(names):
        for one in suggested(name):
            found.setdefault(one.id, one)
    return [one for one in found.values() if one.id not in taken]


def choices(incident: Incident) -> list[tuple[str, Any]]:
    """Every playbook that can still be chosen, those that fit first."""
    taken = set(
        ChosenPlaybook.objects.filter(incident=incident).values_list("playbook_id", flat=True)
    )
    first = suggestions(incident)
    rest = [one for one in playbooks().values() if one not in first and one.id not in taken]
    return [(one.id, f"{one.title}: {one.when}") for one in (*first, *rest)]
