"""Frameworks as data: versions, their tree of nodes, and the texts of each node.

The catalogue belongs to nobody: everyone who is signed in may read it. A version is a governed
record whose digests cover its nodes; the node rows themselves can only be added while the
version is a draft.
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from frameworks.identifiers import slug
from ledger.errors import DirectWrite
from ledger.models import Record, RecordQuerySet
from vault.models import StoredFile

LANGUAGE = "en"


class CatalogueQuerySet(RecordQuerySet):
    """Reference data: no unit, one audience."""

    def visible_to(self, user: Any) -> Self:
        """Everything for a signed-in person, nothing for anybody else."""
        return self if user.is_authenticated else self.none()


class Framework(models.Model):
    """A framework, such as the NIST AI RMF: no more than a name for its versions."""

    key = models.SlugField(_("key"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    publisher = models.CharField(_("publisher"), max_length=200)

    def __str__(self) -> str:
        return self.title


class FrameworkVersion(Record):
    """One edition. Its structure never changes once it is published."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    class Extent(models.TextChoices):
        """How much of the framework is here."""

        FULL = "full", _("Whole framework")
        IDENTIFIERS = "identifiers", _("All identifiers, no text")
        SOME_IDENTIFIERS = "some_identifiers", _("Those identifiers that mappings use")

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="versions")
    label = models.CharField(_("edition"), max_length=40)
    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.DRAFT
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    structure_digest = models.CharField(_("structure digest"), max_length=64)
    text_digest = models.CharField(_("text digest"), max_length=64)
    extent = models.CharField(
        _("extent"), max_length=20, choices=Extent.choices, default=Extent.FULL
    )
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    # How an identifier is formed, for those that are not listed; empty for what people import.
    id_pattern = models.CharField(_("form of identifiers"), max_length=200, blank=True)
    supersedes = models.ForeignKey(
        "self",
        verbose_name=_("follows"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
    )

    objects: ClassVar[Any] = CatalogueQuerySet.as_manager()

    class Meta:
        ordering = ("framework_id", "label")
        constraints = (
            models.UniqueConstraint(
                fields=("framework", "label"), name="frameworks_one_version_per_label"
            ),
        )

    def __str__(self) -> str:
        return f"{self.framework} {self.label}"


class NodeQuerySet(models.QuerySet["Node"]):
    """Nodes are added with their version and never changed afterwards."""

    def visible_to(self, user: Any) -> Self:
        """Everything for a signed-in person, nothing for anybody else."""
        return self if user.is_authenticated else self.none()

    def with_title(self) -> Self:
        """Annotate ``title`` in our own words, by a join (no query per row)."""
        own_title = models.Q(
            texts__kind=NodeText.Kind.TITLE,
            texts__language=LANGUAGE,
            texts__origin=NodeText.Origin.OWN,
        )
        return self.annotate(
            _title=models.FilteredRelation("texts", condition=own_title),
            title=models.F("_title__text"),
        )

    def update(self, **kwargs: Any) -> int:
        raise DirectWrite("nodes of a framework version are never changed")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise DirectWrite("nodes of a framework version are never changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise DirectWrite("nodes of a framework version are never deleted")


class Node(models.Model):
    """A function, category, subcategory, clause or control; ``key`` is its identifier."""

    class Kind(models.TextChoices):
        FUNCTION = "function", _("Function")
        CATEGORY = "category", _("Category")
        SUBCATEGORY = "subcategory", _("Subcategory")
        GROUP = "group", _("Group")
        ITEM = "item", _("Item")

    class Scope(models.TextChoices):
        ORGANISATION = "organisation", _("Organisation")
        SYSTEM = "system", _("System")
        BOTH = "both", _("Organisation and system")

    framework_version = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="nodes"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    key = models.CharField(_("identifier"), max_length=40)
    kind = models.CharField(_("level"), max_length=20, choices=Kind.choices)
    function = models.CharField(_("function"), max_length=40)
    order = models.PositiveIntegerField(_("order"))
    scope = models.CharField(_("scope"), max_length=20, choices=Scope.choices, blank=True)
    assessable = models.BooleanField(_("assessable"), default=False)
    auto_evidence = models.BooleanField(_("records can speak to it"), default=False)
    evidence = models.JSONField(_("evidence kinds"), default=list)
    characteristics = models.JSONField(_("characteristics"), default=list)
    records = models.JSONField(_("records"), default=list)
    stages = models.JSONField(_("lifecycle stages"), default=list)
    # Identifiers of the edition before that this node came from, where they differ.
    was = models.JSONField(_("formerly"), default=list)

    objects = NodeQuerySet.as_manager()

    class Meta:
        ordering = ("framework_version_id", "order")
        constraints = (
            models.UniqueConstraint(
                fields=("framework_version", "key"), name="frameworks_one_node_per_key"
            ),
            models.UniqueConstraint(
                fields=("framework_version", "order"), name="frameworks_one_node_per_place"
            ),
        )

    def __str__(self) -> str:
        return self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise DirectWrite("nodes are stored with their framework version")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise DirectWrite("nodes of a framework version are never deleted")

    @property
    def slug(self) -> str:
        """The identifier as it stands in addresses."""
        return slug(self.key)


class TextSource(Record):
    """A file of official texts that somebody imported; the bytes are in the vault."""

    class Content(models.TextChoices):
        PLAYBOOK = "playbook", _("Playbook")
        GENAI_PROFILE = "genai_profile", _("Generative AI Profile")

    content = models.CharField(
        _("content"), max_length=20, choices=Content.choices, default=Content.PLAYBOOK
    )
    framework_version = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="text_sources"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="text_sources")
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    counts = models.JSONField(_("counts"), default=dict)
    unknown = models.JSONField(_("unknown identifiers"), default=list, blank=True)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="text_sources")

    objects: ClassVar[Any] = CatalogueQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.file_name


class NodeText(models.Model):
    """One text of a node. Our own words ship; official wording is imported by the user."""

    class Kind(models.TextChoices):
        TITLE = "title", _("Title")
        PARAPHRASE = "paraphrase", _("In plain words")
        QUESTION = "question", _("Question")
        SCOPE_REASON = "scope_reason", _("Why this scope")
        STATEMENT = "statement", _("Official wording")
        ABOUT = "about", _("About")
        ACTIONS = "actions", _("Suggested actions")
        DOCUMENTATION = "documentation", _("Documentation questions")

    class Origin(models.TextChoices):
        OWN = "own", _("Our own words")
        OFFICIAL = "official", _("Official")

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="texts")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    origin = models.CharField(_("origin"), max_length=20, choices=Origin.choices)
    language = models.CharField(_("language"), max_length=12, default=LANGUAGE)
    licence = models.CharField(_("licence"), max_length=60)
    source = models.ForeignKey(
        TextSource, on_delete=models.PROTECT, null=True, blank=True, related_name="texts"
    )
    text = models.TextField(_("text"))

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("node", "kind", "origin", "language"), name="frameworks_one_text_per_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.node_id} {self.kind}"
