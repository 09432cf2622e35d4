"""A monitor of the scores with three weekly windows, the last of which fails."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Unit, User
from evaluations.actions import add_monitor, dispatch
from evaluations.models import Monitor
from models_registry.actions import upload_dataset
from models_registry.models import DatasetVersion, ModelVersion
from workspace.demo.tables import as_parquet, predictions

WEEK = dt.timedelta(weeks=1)
DATASET = "Scored loan applications, weekly"
ROWS = 2500


def watch_scores(
    people: dict[str, User], unit: Unit, version: ModelVersion, roles: dict[str, Any]
) -> Monitor:
    """Two quiet weeks, then one of a world that moved on: it fails, and a proposal follows.

    Jobs compute the windows, as always; a sweep reads the triggers once they have ended.
    """
    engineer = people["ada"]
    monitor = add_monitor(
        by=engineer,
        version=version,
        values={
            "name": "Weekly scores",
            "source": Monitor.Source.UPLOADS,
            "place": DATASET,
            "pattern": "%Y-%m-%d",
            "every_minutes": 10_080,
            "checks": ["perf.classification", "data.quality"],
            "roles": roles,
            "params": {"perf.classification": {"min_accuracy": 0.9}},
            "price_hour": "0.12",
            "currency": "EUR",
            "budget": "600",
            "budget_of": Monitor.Measure.SECONDS,
        },
        since=timezone.now() - 3 * WEEK,
    )
    for number in range(3):
        upload_dataset(
            by=engineer,
            unit=unit,
            name=DATASET,
            label=f"{monitor.cursor + number * WEEK:%Y-%m-%d}",
            role=DatasetVersion.Role.PRODUCTION,
            stream=as_parquet(predictions(ROWS, seed=21 + number, later=number == 2)),
            file_name="applications.parquet",
        )
    dispatch(by=User.objects.service())
    return monitor
