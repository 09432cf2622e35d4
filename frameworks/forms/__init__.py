"""Forms of frameworks."""

from frameworks.forms.catalogue import PlaybookForm, SearchForm
from frameworks.forms.profiles import ItemsForm, ProfileForm

__all__ = ["ItemsForm", "PlaybookForm", "ProfileForm", "SearchForm"]
