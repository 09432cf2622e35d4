"""People, the organisation's units, who holds which role where, and API tokens."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from accounts.permissions import Permission
from accounts.roles import TITLES, Role, roles_with
from ledger.models import Record, RecordQuerySet

SERVICE_EMAIL = "service@assay.invalid"


class UserManager(BaseUserManager.from_queryset(RecordQuerySet)):
    """People by e-mail address."""

    def get_by_natural_key(self, username: str | None) -> "User":
        found: User = self.get(email__iexact=username)
        return found

    def service(self) -> "User":
        """The service account: acts for sweeps and schedules, can never log in."""
        found: User = self.get(email=SERVICE_EMAIL)
        return found


class User(Record, AbstractBaseUser):
    """Somebody who acts. Names and addresses stay out of the ledger, where nothing is erased."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)
    is_service = models.BooleanField(_("service account"), default=False, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    LEDGER_EXCLUDE = frozenset({"email", "name", "password", "last_login"})

    # Set by token authentication: the permissions that the token was given, None for a session.
    token_scopes: frozenset[str] | None = None

    objects = UserManager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Django's log-in touches only these two, which the ledger does not hold.
        fields = kwargs.get("update_fields")
        if fields is not None and set(fields) <= {"last_login", "password"}:
            models.Model.save(self, *args, **kwargs)
            return
        super().save(*args, **kwargs)


class Unit(Record):
    """A part of the organisation. ``path`` names all units above it, such as ``/1/4/``."""

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=400, unique=True, editable=False, blank=True, null=True)

    class Meta:
        ordering = ("path",)
        constraints = (
            models.UniqueConstraint(
                fields=("parent", "name"),
                name="unit_name_in_parent",
                violation_error_message=_("There is a unit of that name already."),
            ),
            models.UniqueConstraint(
                fields=("name",),
                condition=models.Q(parent=None),
                name="unit_top_name",
                violation_error_message=_("There is a unit of that name already."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_unit_id(self) -> int | None:
        """A unit belongs to itself."""
        unit: int = self.pk
        return unit


class UnitScopedQuerySet(RecordQuerySet):
    """Records that belong to a unit, reached by ``UNIT_PATH``."""

    UNIT_PATH: ClassVar[str] = "unit"

    def visible_to(self, user: Any, permission: str = Permission.RECORD_VIEW) -> Any:
        """Only what ``user`` may see: an SQL subquery, however many records there are."""
        units = units_where(user, permission)
        return self.filter(**{f"{self.UNIT_PATH}__in": units.order_by().values("pk")})


class MembershipQuerySet(UnitScopedQuerySet):
    """Memberships, seen by those who manage members."""

    def visible_to(self, user: Any, permission: str = Permission.MEMBER_MANAGE) -> Any:
        return super().visible_to(user, permission)

    def current(self) -> "MembershipQuerySet":
        """Those that have not ended."""
        return self.filter(models.Q(until=None) | models.Q(until__gt=timezone.now()))


class Membership(Record):
    """A person holds a role in a unit and in all units below it, until a date if one is set."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(
        _("role"), max_length=30, choices=[(role.value, TITLES[role]) for role in Role]
    )
    until = models.DateTimeField(_("ends"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("unit__path", "role", "pk")
        constraints = (
            models.UniqueConstraint(fields=("user", "unit", "role"), name="membership_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.unit_id}"


class ApiToken(AbstractAuthToken):
    """A key for programs. Only its hash is kept; ``scopes`` are permissions it is limited to."""

    name = models.CharField(_("name"), max_length=80)
    scopes = models.JSONField(_("scopes"), default=list)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        ordering = ("-created",)

    def __str__(self) -> str:
        return self.name


def units_where(user: Any, permission: str) -> models.QuerySet[Unit]:
    """The units in which ``user`` holds ``permission``, as a lazy queryset."""
    roles = _roles(user, permission)
    units = Unit._default_manager.all()
    if roles is None:
        return units
    if not roles:
        return units.none()
    held = (
        Membership.objects.current()
        .filter(user_id=user.pk, role__in=roles)
        .annotate(below=models.ExpressionWrapper(models.OuterRef("path"), models.CharField()))
        .filter(below__startswith=models.F("unit__path"))
    )
    return units.filter(models.Exists(held))


def _roles(user: Any, permission: str) -> list[str] | None:
    """Role names to look for; ``None`` means no limit (the service account)."""
    if getattr(user, "is_service", False):
        return None
    if not getattr(user, "is_active", False):
        return []
    scopes = getattr(user, "token_scopes", None)
    if scopes is not None and permission not in scopes:
        return []
    return roles_with(permission)
