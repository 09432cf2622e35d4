import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworks.catalogue import published_keys
from frameworks.identifiers import SHORT_FORMS, canonical_key, parent_key, slug

KEYS = st.sampled_from(published_keys())
SHORT = {long: short for short, long in SHORT_FORMS.items()}


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("GOVERN 1.1", "GOVERN 1.1"),
        ("GV-1.1", "GOVERN 1.1"),
        ("GOVERN-1", "GOVERN 1"),
        ("GOVERN 1.0", "GOVERN 1"),
        ("measure-2.13", "MEASURE 2.13"),
        (" Map 3.4 ", "MAP 3.4"),
        ("MG", "MANAGE"),
    ],
)
def test_every_known_form_of_an_identifier_is_read(written, key):
    assert canonical_key(written) == key


@pytest.mark.parametrize(
    "written", ["", "GOVERN1.1", "GV4.3--001", "GOVERN 0.1", "GOVERN 1.01", "ID.AM-1", "MAP ١.١"]
)
def test_other_text_is_no_identifier(written):
    with pytest.raises(ValueError):  # noqa: PT011 - the text itself is the message
        canonical_key(written)


@given(KEYS)
def test_each_form_of_a_published_key_leads_back_to_it(key):
    function, _, rest = key.partition(" ")
    forms = [key, slug(key), f"{SHORT[function]}-{rest}" if rest else SHORT[function]]
    if rest and "." not in rest:
        forms += [f"{function}-{rest}", f"{key}.0"]
    assert {canonical_key(form) for form in forms} == {key}


@given(KEYS)
def test_the_parent_of_a_published_key_is_published(key):
    above = parent_key(key)
    assert above is None or above in published_keys()
