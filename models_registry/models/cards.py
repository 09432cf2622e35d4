"""Model cards."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import UnitScopedQuerySet, User
from ledger.models import Record
from models_registry import states
from models_registry.cards.formats import NAMES
from models_registry.models.versions import ModelVersion
from vault.models import StoredFile


class CardRevisionQuerySet(UnitScopedQuerySet):
    """Card revisions."""

    UNIT_PATH: ClassVar[str] = "model_version__model__unit"


class CardRevision(Record):
    """A model card as it was imported: the original bytes and what was read from them.

    Its content is never changed: an edit is a new revision, whose bytes are those of ``base``
    with the edited fields patched in. What was read is derived from the bytes that
    ``digest`` names, so the ledger holds the digest only.
    """

    class State(models.TextChoices):
        """How far the card has been looked at."""

        DRAFT = states.DRAFT, _("Draft")
        IN_REVIEW = states.IN_REVIEW, _("In review")
        REVIEWED = states.REVIEWED, _("Reviewed")
        PUBLISHED = states.PUBLISHED, _("Published")

    LEDGER_EXCLUDE: ClassVar[frozenset[str]] = frozenset({"parsed", "extra", "report"})

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="cards")
    number = models.PositiveIntegerField(_("revision"))
    original = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(_("SHA-256 of the original"), max_length=64)
    file_name = models.CharField(_("file name"), max_length=200)
    format = models.CharField(_("format"), max_length=20)
    media_type = models.CharField(_("media type"), max_length=120)
    parsed = models.JSONField(default=dict)
    extra = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict)
    completeness = models.PositiveSmallIntegerField(_("completeness in percent"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    base = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="edits", null=True, blank=True
    )
    change_note = models.CharField(_("what changed"), max_length=300, blank=True)
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="reviewed_cards", null=True, blank=True
    )
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="imported_cards")

    objects: ClassVar = CardRevisionQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("model_version", "number"), name="card_revision_number"
            ),
            models.CheckConstraint(
                condition=Q(completeness__lte=100), name="card_completeness_is_percent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name}, revision {self.number}"

    def get_absolute_url(self) -> str:
        """The page of the version, showing this revision."""
        return f"{self.model_version.get_absolute_url()}?tab=card&revision={self.number}"

    def texts(self, key: str) -> list[str]:
        """What the card says under the merged field ``key``, in its order."""
        found: list[dict[str, Any]] = self.parsed.get("fields", {}).get(key, [])
        return [entry["text"] for entry in found]

    @property
    def format_name(self) -> str:
        """The format as people call it."""
        return NAMES.get(self.format, self.format)

    @property
    def figures(self) -> list[dict[str, Any]]:
        """The figures of the card's ``model-index``; see cards.figures for their keys."""
        found: list[dict[str, Any]] = self.parsed.get("figures", [])
        return found

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The Markdown sections, verbatim: level, title, line, text, fields."""
        found: list[dict[str, Any]] = self.parsed.get("sections", [])
        return found


class CardDraftQuerySet(UnitScopedQuerySet):
    """Card drafts."""

    UNIT_PATH: ClassVar[str] = "model_version__model__unit"


class CardDraft(Record):
    """Edits of a card that are not yet a revision: merged field → text, saved while typing.

    The ledger notes who saved when; the words enter it with the revision that they become.
    """

    LEDGER_EXCLUDE: ClassVar[frozenset[str]] = frozenset({"fields"})

    model_version = models.OneToOneField(
        ModelVersion, on_delete=models.PROTECT, related_name="card_draft"
    )
    base = models.ForeignKey(CardRevision, on_delete=models.PROTECT, related_name="drafts")
    fields = models.JSONField(default=dict, blank=True)
    edited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="card_drafts")

    objects: ClassVar = CardDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Draft on revision {self.base_id}"
