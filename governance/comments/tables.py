"""Lists of comments and of notices."""

import django_filters
import django_tables2 as tables
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from governance.comments.mentions import typed
from governance.comments.models import Comment, Notice
from governance.comments.places import url_of
from web.lists import RecordTable


class CommentTable(RecordTable):
    """What was said."""

    created_at = tables.DateTimeColumn(verbose_name=_("when"), linkify=True)
    author = tables.Column()
    title = tables.Column(linkify=lambda record: url_of(record.subject, record.part))
    body = tables.Column(orderable=False)

    empty_title = _("Nothing was said yet")
    empty_text = _("Comments stand on the pages of questions, evidence and risks.")

    class Meta(RecordTable.Meta):
        model = Comment
        fields = ("created_at", "author", "title", "body")

    @cached_property
    def names(self) -> dict[int, str]:
        """Names of all people, read when the first of them is named."""
        return dict(User.objects.values_list("pk", "name"))

    def render_body(self, value: str) -> str:
        """With names for numbers."""
        return typed(value, self.names) if "@[" in value else value

    def value_body(self, value: str) -> str:
        """As it is shown."""
        return self.render_body(value)


class CommentFilter(django_filters.FilterSet):
    """Narrow the list of comments."""

    q = django_filters.CharFilter(
        field_name="body", lookup_expr="icontains", label=_("Text"), strip=True, max_length=100
    )
    author = django_filters.NumberFilter(label=_("Author no."), max_value=2**62)

    class Meta:
        model = Comment
        fields = ("q", "author")


class NoticeTable(RecordTable):
    """What one is told."""

    created_at = tables.DateTimeColumn(verbose_name=_("when"))
    notice_kind = tables.Column(verbose_name=_("why"))
    title = tables.Column(linkify=lambda record: url_of(record.subject, record.part))
    due_date = tables.Column()
    seen_at = tables.DateTimeColumn(verbose_name=_("put away"))

    empty_title = _("You are told nothing")
    empty_text = _("Here stands who named you, and what of yours is due.")

    class Meta(RecordTable.Meta):
        model = Notice
        fields = ("created_at", "notice_kind", "title", "due_date", "seen_at")


class NoticeFilter(django_filters.FilterSet):
    """Narrow the list of notices."""

    why = django_filters.ChoiceFilter(
        field_name="notice_kind", label=_("Why"), choices=Notice.Kind.choices, empty_label=_("all")
    )
    waiting = django_filters.BooleanFilter(
        field_name="seen_at", lookup_expr="isnull", label=_("Not put away")
    )

    class Meta:
        model = Notice
        fields = ("why", "waiting")
