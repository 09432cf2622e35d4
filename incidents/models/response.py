"""What is done against the harm."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.models.incidents import Incident, OfIncident
from models_registry.models import Deployment


class Containment(OfIncident):
    """Something that was done so that the harm does not go on. What repairs the cause is not."""

    class Kind(models.TextChoices):
        ROLLBACK = "rollback", _("Went back to an earlier version")
        SWITCHED_OFF = "switched_off", _("Switched the model or function off")
        NARROWED = "narrowed", _("Narrowed whom or what it serves")
        HUMAN = "human", _("People decide instead")
        FILTERED = "filtered", _("Blocked or filtered inputs or outputs")
        LIMITED = "limited", _("Limited rate, budget or tools")
        FROZEN = "frozen", _("Stopped training, ingestion or promotion")
        REVOKED = "revoked", _("Revoked keys or access")
        OTHER = "other", _("Something else")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="containments")
    containment_kind = models.CharField(_("what"), max_length=20, choices=Kind.choices)
    text = models.TextField(_("how"), max_length=4_000)
    done_at = models.DateTimeField(_("since"))
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    deployment = models.ForeignKey(
        Deployment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("done_at", "pk")

    def __str__(self) -> str:
        return f"{self.get_containment_kind_display()}"
