import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField(unique=True, verbose_name='events')),
                ('root', models.CharField(max_length=64, verbose_name='root')),
                ('frontier', models.TextField()),
                ('settled', models.BigIntegerField(default=0)),
                ('note', models.TextField(verbose_name='signed note')),
                ('key_id', models.CharField(max_length=8, verbose_name='key')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
            ],
            options={
                'ordering': ('-size',),
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('actor', models.CharField(max_length=80, verbose_name='actor')),
                ('action', models.CharField(max_length=100, verbose_name='action')),
                ('op', models.CharField(choices=[('insert', 'created'), ('update', 'changed'), ('delete', 'deleted'), ('note', 'noted')], default='note', max_length=6, verbose_name='kind of write')),
                ('subject', models.CharField(max_length=100, verbose_name='subject')),
                ('unit_id', models.BigIntegerField(blank=True, null=True, verbose_name='unit')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('correlation', models.CharField(blank=True, max_length=64, verbose_name='request')),
                ('state_digest', models.CharField(blank=True, max_length=64, verbose_name='state digest')),
                ('body', models.TextField(verbose_name='body')),
            ],
            options={
                'ordering': ('pk',),
                'indexes': [models.Index(fields=['subject', 'id', 'op'], name='event_subject'), models.Index(fields=['actor', 'id'], name='event_actor'), models.Index(fields=['unit_id', 'id'], name='event_unit'), models.Index(fields=['at'], name='event_at')],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='index')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='position', to='ledger.event')),
            ],
            options={
                'ordering': ('index',),
            },
        ),
    ]
