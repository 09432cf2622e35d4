"""The form of a comment."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.comments.models import LONGEST
from web.forms import RecordForm


class CommentForm(RecordForm):
    """What is said."""

    body = forms.CharField(
        label=_("Comment"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write @ and a name to tell somebody, such as “@Ada Fenn”."),
    )
