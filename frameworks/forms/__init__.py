"""Forms of frameworks."""

from frameworks.forms.catalogue import CrosswalkForm, FrameworkForm, PlaybookForm, SearchForm
from frameworks.forms.profiles import ItemsForm, ProfileForm

__all__ = [
    "CrosswalkForm",
    "FrameworkForm",
    "ItemsForm",
    "PlaybookForm",
    "ProfileForm",
    "SearchForm",
]
