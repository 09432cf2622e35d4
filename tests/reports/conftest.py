"""One full report, printed once for all tests that only look at it."""

import pytest

from reports.printing import print_snapshot
from tests.reports.snapshots import snapshot


@pytest.fixture(scope="session")
def frozen():
    """The snapshot of a realistic system."""
    return snapshot(answered=40, evidence=30)


@pytest.fixture(scope="session")
def printed(frozen):
    """Its PDF."""
    return print_snapshot(frozen)
