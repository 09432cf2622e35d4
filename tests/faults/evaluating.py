"""Makes the jobs of monitors notice a killed worker within seconds instead of a minute."""

from dataclasses import replace

from evaluations.actions import RUN_JOB, WINDOW_JOB
from jobs import registry

# Several times the half second between two signs of life of the engine.
LEASE_SECONDS = 5

for kind in (RUN_JOB, WINDOW_JOB):
    registry._handlers[kind] = replace(
        registry.handler_for(kind), lease_seconds=LEASE_SECONDS, max_attempts=10_000
    )
