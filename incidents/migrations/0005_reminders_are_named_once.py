from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_states_and_access")]
    operations = [migrations.RenameField("reminder", "key", "once")]
