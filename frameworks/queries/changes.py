"""Reading what changes between two editions of a framework."""

from collections import defaultdict

from frameworks.migrating import Item, PlannedChange, changes_between
from frameworks.models import LANGUAGE, FrameworkVersion, MigrationSet, Node, NodeText

WORDS = (NodeText.Kind.TITLE, NodeText.Kind.PARAPHRASE, NodeText.Kind.QUESTION)


def planned_changes(old: FrameworkVersion, new: FrameworkVersion) -> list[PlannedChange]:
    """What becomes of each item that is assessed, as the two editions stand; four queries."""
    return changes_between(_items(old), _items(new))


def migration_between(old_id: int, new_id: int) -> MigrationSet | None:
    """The settled changes from one edition to another, if there are any."""
    found: MigrationSet | None = MigrationSet.objects.filter(
        from_version_id=old_id, to_version_id=new_id
    ).first()
    return found


def _items(version: FrameworkVersion) -> list[Item]:
    words: dict[int, dict[str, str]] = defaultdict(dict)
    texts = NodeText.objects.filter(
        node__framework_version=version,
        kind__in=WORDS,
        origin=NodeText.Origin.OWN,
        language=LANGUAGE,
    )
    for node_id, kind, text in texts.order_by().values_list("node_id", "kind", "text"):
        words[node_id][kind] = " ".join(text.split())
    nodes = Node.objects.filter(framework_version=version, assessable=True).order_by("order")
    return [
        Item(key, parent or "", tuple(words[pk].get(kind, "") for kind in WORDS), tuple(was))
        for pk, key, parent, was in nodes.values_list("pk", "key", "parent__key", "was")
    ]
