from importlib import import_module

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"

    def ready(self) -> None:
        """Register the job handlers in every process that may ask for a check."""
        import_module("evaluations.tasks")
