"""Profiles: which items of a framework matter, and to what level they are to be reached.

NIST AI 100-1, section 6, names use-case profiles, temporal profiles (current and target) and
cross-sectoral ones. The AI RMF prescribes no form: items with a level and a reason are ours.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet
from accounts.permissions import Permission
from frameworks.models.catalogue import FrameworkVersion, Node, TextSource
from frameworks.models.crosswalks import RowQuerySet
from ledger.models import Record


class ProfileQuerySet(UnitScopedQuerySet):
    """Profiles of a unit, and those that ship and belong to nobody."""

    def visible_to(self, user: Any, permission: str = Permission.RECORD_VIEW) -> Any:
        """The profiles of units in which ``user`` holds the permission; to read, shipped ones."""
        if not user.is_authenticated:
            return self.none()
        units = super().visible_to(user, permission)
        if permission != Permission.RECORD_VIEW:
            return units
        return self.filter(Q(unit__isnull=True) | Q(pk__in=units.order_by().values("pk")))


class Profile(Record):
    """A set of items of one framework version. A published one never changes.

    ``items_digest`` is over the canonical JSON of the items, which are plain rows.
    """

    class Purpose(models.TextChoices):
        CURRENT = "current", _("Current")
        TARGET = "target", _("Target")
        USE_CASE = "use_case", _("Use case")
        OVERLAY = "overlay", _("Overlay")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    # What a person fills in.
    FIELDS: ClassVar[tuple[str, ...]] = ("title", "purpose", "as_of", "description")

    slug = models.SlugField(_("short name"), unique=True, null=True, blank=True)
    framework_version = models.ForeignKey(
        FrameworkVersion,
        verbose_name=_("framework"),
        on_delete=models.PROTECT,
        related_name="profiles",
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="profiles",
    )
    base = models.ForeignKey(
        "self",
        verbose_name=_("made from"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="overlays",
    )
    title = models.CharField(_("title"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    as_of = models.DateField(_("as of"), null=True, blank=True)
    description = models.TextField(_("description"), max_length=4_000, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    items_digest = models.CharField(_("digest of the items"), max_length=64, editable=False)

    objects: ClassVar[Any] = ProfileQuerySet.as_manager()

    class Meta:
        ordering = ("title", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        """Whether its items may change."""
        return self.status == self.Status.DRAFT

    def get_absolute_url(self) -> str:
        """The page of the profile."""
        return reverse("frameworks:profile-detail", kwargs={"pk": self.pk})


class ProfileItem(models.Model):
    """An item of the framework that the profile holds, with the level to reach and why."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="items")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="profile_items")
    target_level = models.PositiveSmallIntegerField(_("level to reach"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=2_000, blank=True)

    class Meta:
        ordering = ("node__order",)
        constraints = (
            models.UniqueConstraint(
                fields=("profile", "node"), name="frameworks_one_profile_item_per_node"
            ),
            models.CheckConstraint(
                condition=Q(target_level__isnull=True) | Q(target_level__lte=4),
                name="frameworks_target_level_up_to_4",
            ),
        )

    def __str__(self) -> str:
        return f"{self.profile_id} {self.node_id}"


class ProfileRisk(models.Model):
    """A risk that a profile names, in our own words."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="risks")
    key = models.SlugField(_("key"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    paraphrase = models.TextField(_("in plain words"), blank=True)
    characteristics = models.JSONField(_("characteristics"), default=list)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("profile", "key"), name="frameworks_one_risk_per_key"),
        )

    def __str__(self) -> str:
        return self.title


class SuggestedAction(models.Model):
    """An action that a profile suggests for an item; its wording is imported by the user."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="actions")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="suggested_actions")
    key = models.CharField(_("identifier"), max_length=40)
    order = models.PositiveIntegerField(_("order"))
    risks = models.ManyToManyField(ProfileRisk, related_name="actions", blank=True)
    text = models.TextField(_("official wording"), blank=True)
    page = models.PositiveIntegerField(_("page"), null=True, blank=True)
    source = models.ForeignKey(
        TextSource, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint(
                fields=("profile", "key"), name="frameworks_one_action_per_key"
            ),
        )

    def __str__(self) -> str:
        return self.key
