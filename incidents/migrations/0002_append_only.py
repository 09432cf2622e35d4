from django.db import migrations

from ledger.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("ledger", "0002_append_only")]
    operations = [
        append_only("incidents_timelineentry", "id", "check_run_id"),
        append_only("incidents_submission", "id"),
        append_only("incidents_publishedpostmortem", "id"),
    ]
