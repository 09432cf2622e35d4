from django.db import migrations

from ledger.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        append_only("ledger_event", "id"),
        append_only("ledger_position", '"index"', "event_id"),
        append_only("ledger_checkpoint", "id", "size"),
    ]
