"""Canonical JSON is what the standard says, on the quick way too."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import encode

_SAFE = 2**53 - 1
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-_SAFE, _SAFE)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
)


@given(_VALUES)
def test_every_value_is_encoded_as_rfc_8785_says(value: object) -> None:
    assert encode(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800", {"\udfff": 1}, float("nan")])
def test_what_json_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        encode({"a": [value]})
