"""The service account gets its event: a record without one counts as planted."""

from typing import Any

from django.db import migrations

from ledger.founding import found

EMAIL = "service@assay.invalid"
EXCLUDE = frozenset({"email", "name", "password", "last_login"})


def write(apps: Any, schema_editor: Any) -> None:
    row = apps.get_model("accounts", "User")._base_manager.get(email=EMAIL)
    found(apps, row, exclude=EXCLUDE, actor=f"accounts.user:{row.pk}")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_service_account"), ("ledger", "0002_append_only")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
