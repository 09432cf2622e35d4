"""Who reaches the inventory: intake and duplicates."""

from tests.security.route import Route
from tests.security.routes.models_registry import API_STEP, EDIT, system_pk

ROUTES = [
    Route("models_registry:system-intake", EDIT, system_pk, page=True),
    Route("models_registry:system-duplicate", EDIT, system_pk, page=True),
    Route("api:system-intake", API_STEP, system_pk, method="post"),
    Route("api:system-duplicate", API_STEP, system_pk, method="post"),
]
