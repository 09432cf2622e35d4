from django.db import migrations

from ledger.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial"), ("ledger", "0002_append_only")]
    operations = [append_only("vault_custodyentry", "id")]
