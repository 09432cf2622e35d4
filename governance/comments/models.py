"""What people say to each other about a record, and what each of them is told."""

from typing import Any, ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from accounts.permissions import Permission
from ledger.models import Record

LONGEST = 4_000


class About(Record):
    """Something about a record: ``subject`` is its key in the ledger, ``part`` a piece of it.

    ``title`` is what it was called then.
    """

    subject = models.CharField(_("record"), max_length=100)
    part = models.CharField(_("part"), max_length=40, blank=True)
    title = models.CharField(_("about"), max_length=300)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


class CommentQuerySet(UnitScopedQuerySet):
    """Comments belong to the unit of what they are about."""


class Comment(About):
    """One remark. People are named by their number in ``body``: ``@[12]``.

    What is written stays in the ledger, as all text does; names of people do not.
    """

    body = models.TextField(
        _("comment"), max_length=LONGEST, validators=[MaxLengthValidator(LONGEST)]
    )
    author = models.ForeignKey(
        User, verbose_name=_("author"), on_delete=models.PROTECT, related_name="comments"
    )
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects: ClassVar[Any] = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("subject", "part"), name="comments_about"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the comment, with its history."""
        return reverse("comments:comment-detail", kwargs={"pk": self.pk})


class NoticeQuerySet(UnitScopedQuerySet):
    """Notices are seen by the person whom they are for, as long as he may see the unit."""

    def visible_to(self, user: Any, permission: str = Permission.RECORD_VIEW) -> Any:
        """Those for ``user``."""
        return super().visible_to(user, permission).filter(person_id=user.pk)


class Notice(About):
    """What one person is told once: somebody named him, or what he owns is due."""

    class Kind(models.TextChoices):
        """Why."""

        MENTION = "mention", _("You were named")
        DUE_SOON = "due_soon", _("Due soon")
        OVERDUE = "overdue", _("Overdue")

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    notice_kind = models.CharField(_("why"), max_length=10, choices=Kind.choices)
    comment = models.ForeignKey(
        Comment, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    due_date = models.DateField(_("due"), null=True, blank=True)
    seen_at = models.DateTimeField(_("put away"), null=True, blank=True)

    objects: ClassVar[Any] = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("person", "comment"),
                condition=Q(comment__isnull=False),
                name="comments_told_once",
            ),
            models.UniqueConstraint(
                fields=("person", "notice_kind", "due_date", "subject", "part"),
                condition=Q(comment__isnull=True),
                name="comments_reminded_once",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.title
