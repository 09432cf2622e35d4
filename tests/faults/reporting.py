"""Makes the report job notice a killed worker within seconds instead of a minute."""

from dataclasses import replace

from jobs import registry
from reports.actions import KIND

# Longer than the two seconds between two signs of life of the layout.
LEASE_SECONDS = 4

registry._handlers[KIND] = replace(
    registry.handler_for(KIND), lease_seconds=LEASE_SECONDS, max_attempts=10_000
)
