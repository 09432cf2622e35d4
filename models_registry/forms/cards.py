"""The texts of a card, one area each."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from models_registry.cards.editing import LONGEST, Slot
from web.forms import RecordForm

_ONE_LINE = frozenset({"name", "version"})
_ROWS, _WIDTH = (2, 18), 88
# The same class reads the texts that the person had seen.
PREFIX, SEEN = "card", "base-card"


class CardTextsForm(RecordForm):
    """One text area per slot of a card. Texts that were not sent are left alone."""

    def __init__(self, *args: Any, slots: Mapping[str, Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, slot in slots.items():
            self.fields[key] = forms.CharField(
                label=capfirst(" · ".join(str(label) for label in slot.labels)),
                help_text=_help(slot),
                required=False,
                strip=False,
                max_length=LONGEST,
                widget=_widget(slot),
            )

    def sent(self) -> dict[str, str]:
        """The texts that were sent; one for which “keep theirs” was chosen counts as not sent."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if self.add_prefix(name) in self.data
            and self.data.get(f"choose-{self.add_prefix(name)}") != "theirs"
        }


class RevisionForm(RecordForm):
    """What changed, in one line."""

    change_note = forms.CharField(
        label=gettext_lazy("What changed, and why"),
        max_length=300,
        help_text=gettext_lazy("Readers of the history see this line beside the revision."),
    )


def _help(slot: Slot) -> str:
    """What a reader misses while the text is empty."""
    why = " ".join(str(field.why) for field in slot.fields if field.why)
    return _("If empty: %(why)s") % {"why": why} if why else ""


def _widget(slot: Slot) -> forms.Widget:
    if slot.key in _ONE_LINE and "\n" not in slot.text:
        return forms.TextInput()
    return forms.Textarea(attrs={"rows": _rows(slot.text)})


def _rows(text: str) -> int:
    """As many rows as the text needs, within limits."""
    needed = sum(1 + len(line) // _WIDTH for line in text.split("\n"))
    return min(max(needed, _ROWS[0]), _ROWS[1])
