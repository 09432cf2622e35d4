from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self) -> None:
        """Register the system checks."""
        from ledger import checks  # noqa: F401, PLC0415  Django's way: after the settings are read
