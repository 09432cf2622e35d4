"""The account that sweeps and schedules act as. Written without the ledger, which it precedes."""

from typing import Any

from django.db import migrations

EMAIL = "service@assay.invalid"


def create(apps: Any, schema_editor: Any) -> None:
    user = apps.get_model("accounts", "User")
    user._base_manager.get_or_create(
        email=EMAIL,
        defaults={"name": "Assay", "is_service": True, "version": 1, "password": "!never"},
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
