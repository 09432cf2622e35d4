"""One running product for all tests of the main job."""

from collections.abc import Iterator

import pytest

from tests.thin_path.inputs import Tables, make_tables
from tests.thin_path.product import Product, running_product


@pytest.fixture(scope="package")
def product() -> Iterator[Product]:
    """Web, worker, beat and queue in processes of their own, with the demonstration."""
    with running_product() as found:
        yield found


@pytest.fixture(scope="package")
def tables() -> Tables:
    """The breast-cancer table scored by a real model, and its shifted copy."""
    return make_tables()
