"""A monitor whose tables stopped coming, so that a signal opened an incident."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from evaluations.actions import add_monitor, dispatch
from evaluations.actions.monitors import look_at
from evaluations.models import Monitor
from incidents.actions.observing import sweep_monitors
from models_registry.models import Deployment, Model

DAYS = 4


def silent_monitor(people: dict[str, User], model: Model) -> Monitor:
    """The nightly export of scores did not arrive for some days; nothing is computed for it."""
    place = Deployment.objects.select_related("model_version__model__unit").get(
        model_version__model=model, stage=Deployment.Stage.PRODUCTION, until=None
    )
    service = User.objects.service()
    monitor = add_monitor(
        by=people["ada"],
        version=place.model_version,
        values={
            "name": "Nightly export of scores",
            "deployment": place,
            "checks": ["data.quality"],
            "source": Monitor.Source.UPLOADS,
            "place": "nightly-scores",
            "pattern": "%Y-%m-%d",
            "every_minutes": 24 * 60,
            "watermark_minutes": 60,
        },
        since=timezone.now() - dt.timedelta(days=DAYS),
    )
    dispatch(by=service)
    for window in monitor.windows.order_by("start"):
        look_at(by=service, window=window)
    sweep_monitors()
    return monitor
