from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        """Register the handlers in every process that may ask for a job."""
        autodiscover_modules("tasks")
