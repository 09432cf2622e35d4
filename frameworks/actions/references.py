"""Storing what ships beside the AI RMF, in bulk, and only what is new."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from frameworks.models import (
    Framework,
    FrameworkVersion,
    Mapping,
    MappingSet,
    Node,
    Obligation,
    ObligationPack,
    Profile,
    ProfileItem,
    ProfileRisk,
    SuggestedAction,
)
from frameworks.profile_items import digest_of
from frameworks.queries import current_version
from frameworks.references import (
    Crosswalk,
    GenAIProfile,
    ReferenceFramework,
    References,
    pack_digest,
)
from ledger.actions import Act, action


@dataclass(frozen=True)
class Loaded:
    """How many records of each kind were new or changed."""

    frameworks: int
    crosswalks: int
    profiles: int
    packs: int


def load_references(*, by: User, references: References) -> Loaded:
    """Store frameworks of which identifiers ship, crosswalks, the Generative AI Profile, packs.

    Needs the catalogue. What is stored already with the same digest is left alone; a set or pack
    of a newer release replaces the rows of the older one and leaves an event. One transaction.
    """
    source = current_version()
    with action("frameworks.references.loaded", by=by) as act:
        versions, frameworks = _frameworks(act, references.frameworks)
        nodes = _nodes([source, *versions.values()])
        crosswalks = _crosswalks(act, references.crosswalks, source, versions, nodes)
        profiles = _profile(act, references.profile, source, nodes[source.pk])
        packs = _packs(act, references.packs, versions, nodes)
    return Loaded(frameworks, crosswalks, profiles, packs)


def _nodes(versions: Iterable[FrameworkVersion]) -> dict[int, dict[str, int]]:
    """Primary keys of nodes by version and identifier; one query."""
    found: dict[int, dict[str, int]] = {version.pk: {} for version in versions}
    rows = Node.objects.filter(framework_version__in=list(found))
    for version_id, key, pk in rows.values_list("framework_version_id", "key", "pk"):
        found[version_id][key] = pk
    return found


def _frameworks(
    act: Act, wanted: Iterable[ReferenceFramework]
) -> tuple[dict[str, FrameworkVersion], int]:
    stored = {
        (version.framework.key, version.label): version
        for version in FrameworkVersion.objects.select_related("framework")
    }
    versions, new = {}, 0
    for reference in wanted:
        version = stored.get((reference.key, reference.edition))
        if version is None:
            version, new = _create(act, reference), new + 1
        elif version.structure_digest != reference.digest and version.id_pattern:
            _add_identifiers(act, version, reference)
            new += 1
        versions[reference.key] = version
    return versions, new


def _create(act: Act, reference: ReferenceFramework) -> FrameworkVersion:
    framework, _made = Framework.objects.get_or_create(
        key=reference.key,
        defaults={"title": reference.title, "publisher": reference.publisher},
    )
    version = FrameworkVersion(
        framework=framework,
        label=reference.edition,
        status=FrameworkVersion.Status.PUBLISHED,
        published_on=reference.published_on,
        source=reference.source,
        structure_digest=reference.digest,
        text_digest=reference.digest,
        extent=reference.extent,
        licence=reference.licence,
        id_pattern=reference.pattern,
    )
    act.save(version, event="frameworks.version.published")
    add_identifiers(
        version, reference.keys, {key: reference.group_of(key) for key in reference.keys}
    )
    return version


def _add_identifiers(act: Act, version: FrameworkVersion, reference: ReferenceFramework) -> None:
    """A later release knows more identifiers: they are added, none is taken away."""
    known = set(version.nodes.values_list("key", flat=True))
    fresh = [key for key in reference.keys if key not in known]
    version.structure_digest = reference.digest
    act.save(version, event="frameworks.version.extended")
    add_identifiers(version, fresh, {key: reference.group_of(key) for key in fresh}, len(known))


def add_identifiers(
    version: FrameworkVersion, keys: Iterable[str], groups: dict[str, str], after: int = 0
) -> None:
    """Nodes without text under their group; the record of the version is the caller's matter."""
    Node.objects.bulk_create(
        Node(
            framework_version=version,
            key=key,
            kind=Node.Kind.ITEM,
            function=groups.get(key, key)[:40],
            order=order,
        )
        for order, key in enumerate(keys, start=after + 1)
    )


def _crosswalks(
    act: Act,
    wanted: Iterable[Crosswalk],
    source: FrameworkVersion,
    versions: dict[str, FrameworkVersion],
    nodes: dict[int, dict[str, int]],
) -> int:
    stored = {found.slug: found for found in MappingSet.objects.filter(file__isnull=True)}
    new = 0
    for crosswalk in wanted:
        target = versions[crosswalk.target]
        found = stored.get(crosswalk.key)
        if found is not None and found.digest == crosswalk.digest:
            continue
        if found is None:
            found = MappingSet(slug=crosswalk.key, source_version=source, target_version=target)
        for name, value in crosswalk.about.items():
            setattr(found, name, value)
        found.digest = crosswalk.digest
        act.save(found, event="frameworks.crosswalk.loaded")
        Mapping.objects.filter(mapping_set=found).delete()
        Mapping.objects.bulk_create(
            Mapping(
                mapping_set=found,
                source_id=nodes[source.pk][pair.source],
                target_id=nodes[target.pk][pair.target],
                relationship=pair.relationship,
                certainty=pair.certainty,
                published_id=pair.published_id,
                note=pair.note,
            )
            for pair in crosswalk.pairs
        )
        new += 1
    return new


def _profile(
    act: Act, wanted: GenAIProfile, version: FrameworkVersion, nodes: dict[str, int]
) -> int:
    """A published profile never changes: facts of a later release come under a key of their own."""
    if Profile.objects.filter(slug=wanted.key).exists():
        return 0
    profile = Profile(
        slug=wanted.key,
        framework_version=version,
        title=wanted.title,
        purpose=Profile.Purpose.USE_CASE,
        status=Profile.Status.PUBLISHED,
        as_of=wanted.published_on,
        source=wanted.source,
        items_digest=digest_of(dict.fromkeys(wanted.nodes, (None, ""))),
    )
    act.save(profile, event="frameworks.profile.published")
    ProfileItem.objects.bulk_create(
        ProfileItem(profile=profile, node_id=nodes[key]) for key in wanted.nodes
    )
    risks = ProfileRisk.objects.bulk_create(
        ProfileRisk(
            profile=profile,
            key=risk["id"],
            number=risk["number"],
            title=risk["title"],
            paraphrase=risk["paraphrase"],
            characteristics=risk["characteristics"],
        )
        for risk in wanted.risks
    )
    _actions(profile, wanted, nodes, {risk.key: risk.pk for risk in risks})
    return 1


def _actions(
    profile: Profile, wanted: GenAIProfile, nodes: dict[str, int], risks: dict[str, int]
) -> None:
    rows = SuggestedAction.objects.bulk_create(
        SuggestedAction(
            profile=profile, node_id=nodes[row["subcategory"]], key=row["id"], order=order
        )
        for order, row in enumerate(wanted.actions, start=1)
    )
    through = SuggestedAction.risks.through
    through.objects.bulk_create(
        through(suggestedaction_id=made.pk, profilerisk_id=risks[tag])
        for made, row in zip(rows, wanted.actions, strict=True)
        for tag in row["risks"]
    )


def _packs(
    act: Act,
    wanted: Iterable[dict[str, Any]],
    versions: dict[str, FrameworkVersion],
    nodes: dict[int, dict[str, int]],
) -> int:
    stored = {pack.slug: pack for pack in ObligationPack.objects.all()}
    new = 0
    for row in wanted:
        pack = stored.get(row["key"]) or ObligationPack(slug=row["key"])
        if pack.digest == pack_digest(row):
            continue
        for name in (
            "edition",
            "title",
            "jurisdiction",
            "publisher",
            "source",
            "source_url",
            "note",
        ):
            setattr(pack, name, row[name])
        pack.checked_on, pack.digest = dt.date.fromisoformat(row["checked_on"]), pack_digest(row)
        act.save(pack, event="frameworks.obligations.loaded")
        Obligation.objects.filter(pack=pack).delete()
        keys = nodes[versions[row["framework"]].pk] if row["framework"] else {}
        _obligations(pack, row["obligations"], keys)
        new += 1
    return new


def _obligations(pack: ObligationPack, rows: list[dict[str, Any]], keys: dict[str, int]) -> None:
    made = Obligation.objects.bulk_create(
        Obligation(
            pack=pack,
            key=row["key"],
            order=order,
            title=row["title"],
            summary=row["summary"],
            who=row["who"],
            applies_from=dt.date.fromisoformat(row["applies_from"]),
            applies_to=dt.date.fromisoformat(row["applies_to"]) if row["applies_to"] else None,
            certainty=row["certainty"],
            basis=row["basis"],
            records=row["records"],
        )
        for order, row in enumerate(rows, start=1)
    )
    through = Obligation.nodes.through
    through.objects.bulk_create(
        through(obligation_id=duty.pk, node_id=keys[key])
        for duty, row in zip(made, rows, strict=True)
        for key in row["ids"]
    )
