"""How a unit rates risks: its steps of likelihood and impact, and where each level begins."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User, units_where
from accounts.permissions import Permission
from ledger.models import Record

FEWEST_STEPS, MOST_STEPS, LONGEST_LABEL = 2, 10, 40
LEVELS = ("critical", "high", "medium", "low")


class RiskMatrixQuerySet(UnitScopedQuerySet):
    """A matrix holds for its unit and all below, and is seen by whoever may see one of these."""

    def visible_to(self, user: Any, permission: str = Permission.RECORD_VIEW) -> Any:
        """Those of units that ``user`` may see, and of the units above them."""
        above = ExpressionWrapper(OuterRef("unit__path"), output_field=CharField())
        mine = units_where(user, permission).annotate(above=above)
        return self.filter(Exists(mine.filter(path__startswith=F("above"))))


class RiskMatrix(Record):
    """Steps of likelihood and impact from least to most, and from which product on a level begins.

    Never changed: the next one of the unit takes its place, and a risk keeps the one by which it
    was rated.
    """

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="risk_matrices"
    )
    likelihoods = models.JSONField(_("steps of likelihood"))
    impacts = models.JSONField(_("steps of impact"))
    critical_from = models.PositiveSmallIntegerField(_("critical from"))
    high_from = models.PositiveSmallIntegerField(_("high from"))
    medium_from = models.PositiveSmallIntegerField(_("medium from"))
    set_by = models.ForeignKey(
        User, verbose_name=_("set by"), on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects: ClassVar[Any] = RiskMatrixQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.size} · {self.unit}" if self.pk else self.size

    def clean(self) -> None:
        """Steps are words, and levels lie in this order inside of the matrix."""
        for name in ("likelihoods", "impacts"):
            _check_steps(name, getattr(self, name))
        most = len(self.likelihoods) * len(self.impacts)
        if not 1 < self.medium_from < self.high_from < self.critical_from <= most:
            raise ValidationError(
                {
                    "critical_from": _now(
                        "Medium begins above 1, then high, then critical, at %(most)d at most."
                    )
                    % {"most": most}
                }
            )

    @property
    def size(self) -> str:
        """Steps of likelihood × steps of impact."""
        return f"{len(self.likelihoods)} × {len(self.impacts)}"

    @property
    def bounds(self) -> tuple[tuple[int, str], ...]:
        """From which product on a risk is of which level, the gravest first."""
        return (
            (self.critical_from, "critical"),
            (self.high_from, "high"),
            (self.medium_from, "medium"),
            (1, "low"),
        )

    def level(self, likelihood: int | None, impact: int | None) -> str:
        """critical, high, medium or low; empty while it is not rated."""
        if likelihood is None or impact is None:
            return ""
        return next(name for least, name in self.bounds if likelihood * impact >= least)

    def steps(self, side: str) -> list[tuple[int, str]]:
        """Number and word of each step of ``likelihood`` or ``impact``."""
        words = self.likelihoods if side == "likelihood" else self.impacts
        return list(enumerate(map(str, words), start=1))

    def get_absolute_url(self) -> str:
        """The page of the matrix."""
        return reverse("risks:matrix-detail", kwargs={"pk": self.pk})


def standard_matrix() -> RiskMatrix:
    """The one that holds where no unit set another: 5 × 5. Ours, as its words are; not stored."""
    return RiskMatrix(
        likelihoods=[_("Rare"), _("Unlikely"), _("Possible"), _("Likely"), _("Expected")],
        impacts=[_("Negligible"), _("Minor"), _("Moderate"), _("Major"), _("Severe")],
        critical_from=15,
        high_from=10,
        medium_from=5,
    )


def _check_steps(name: str, words: Any) -> None:
    if not isinstance(words, list) or not FEWEST_STEPS <= len(words) <= MOST_STEPS:
        raise ValidationError({name: _now("Name between 2 and 10 steps, from least to most.")})
    if not all(isinstance(w, str) and 0 < len(w.strip()) <= LONGEST_LABEL for w in words):
        raise ValidationError({name: _now("A step is a word of at most 40 characters.")})
    if len({w.strip().casefold() for w in words}) < len(words):
        raise ValidationError({name: _now("Two steps are called the same.")})
