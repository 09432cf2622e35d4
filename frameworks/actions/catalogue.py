"""Writing the catalogue of the AI RMF in our own words."""

from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from frameworks.catalogue import Catalogue
from frameworks.identifiers import parent_key
from frameworks.models import Framework, FrameworkVersion, Node, NodeText
from ledger.actions import action
from ledger.errors import Refused

OWN_LICENCE = "Apache-2.0"


def load_catalogue(*, by: User, catalogue: Catalogue) -> FrameworkVersion:
    """Store the catalogue; loading the same one again changes nothing.

    New wording of the same structure replaces our own texts. Raises Refused when the structure
    differs from the one that is published: published versions never change.
    """
    framework = Framework.objects.filter(key=catalogue.framework).first()
    stored: FrameworkVersion | None = FrameworkVersion.objects.filter(
        framework=framework, label=catalogue.label
    ).first()
    if stored is None:
        return _create(by, framework, catalogue)
    if stored.structure_digest != catalogue.structure_digest:
        raise Refused(
            _("A published framework version never changes: publish a new version instead."),
            code="published",
            status=409,
        )
    if stored.text_digest != catalogue.text_digest:
        _reword(by, stored, catalogue)
    return stored


def _create(by: User, framework: Framework | None, catalogue: Catalogue) -> FrameworkVersion:
    with action("frameworks.version.published", by=by) as act:
        if framework is None:
            framework = Framework.objects.create(
                key=catalogue.framework,
                title="NIST AI Risk Management Framework",
                publisher="National Institute of Standards and Technology",
            )
        version = FrameworkVersion(
            framework=framework,
            label=catalogue.label,
            status=FrameworkVersion.Status.PUBLISHED,
            published_on=date(2023, 1, 26),
            source="NIST AI 100-1, doi:10.6028/NIST.AI.100-1; wording by the Assay project",
            structure_digest=catalogue.structure_digest,
            text_digest=catalogue.text_digest,
            licence=OWN_LICENCE,
        )
        act.save(version)
        nodes = _store_nodes(version, catalogue)
        NodeText.objects.bulk_create(_own_texts(nodes, catalogue))
    return version


def _reword(by: User, version: FrameworkVersion, catalogue: Catalogue) -> None:
    with action("frameworks.version.reworded", by=by) as act:
        version.text_digest = catalogue.text_digest
        act.save(version)
        nodes = {node.key: node for node in version.nodes.all()}
        NodeText.objects.filter(node__in=nodes.values(), origin=NodeText.Origin.OWN).delete()
        NodeText.objects.bulk_create(_own_texts(nodes, catalogue))


def _store_nodes(version: FrameworkVersion, catalogue: Catalogue) -> dict[str, Node]:
    """Insert the tree level by level, because a child needs the key of its parent."""
    stored: dict[str, Node] = {}
    for kind in (Node.Kind.FUNCTION, Node.Kind.CATEGORY, Node.Kind.SUBCATEGORY):
        level = [
            Node(
                framework_version=version,
                parent=stored.get(parent_key(node.key) or ""),
                function=node.function,
                assessable=kind == Node.Kind.SUBCATEGORY,
                **node.structure(),
            )
            for node in catalogue.nodes
            if node.kind == kind
        ]
        stored |= {node.key: node for node in Node.objects.bulk_create(level)}
    return stored


def _own_texts(nodes: dict[str, Node], catalogue: Catalogue) -> list[NodeText]:
    return [
        NodeText(
            node=nodes[node.key],
            kind=kind,
            origin=NodeText.Origin.OWN,
            language=catalogue.language,
            licence=OWN_LICENCE,
            text=text,
        )
        for node in catalogue.nodes
        for kind, text in node.texts.items()
    ]
