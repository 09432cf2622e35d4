import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('assessments', '0001_initial'),
        ('jobs', '0001_initial'),
        ('models_registry', '0001_initial'),
        ('vault', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('definition', models.CharField(choices=[('rmf-system', 'AI RMF report of a system'), ('model-card', 'Model card'), ('applicability', 'Statement of applicability'), ('technical-documentation', 'Technical documentation (EU AI Act, Annex IV)')], default='rmf-system', max_length=40, verbose_name='kind')),
                ('mark', models.CharField(blank=True, max_length=80, verbose_name='classification')),
                ('left_out', models.JSONField(blank=True, default=list, verbose_name='sections left out')),
                ('snapshot_digest', models.CharField(blank=True, max_length=64, verbose_name='snapshot SHA-256')),
                ('file_digest', models.CharField(blank=True, max_length=64, verbose_name='file SHA-256')),
                ('checkpoint_size', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='events sealed')),
                ('checkpoint_root', models.CharField(blank=True, max_length=64, verbose_name='Merkle root')),
                ('as_of', models.DateTimeField(blank=True, null=True, verbose_name='state of the records')),
                ('pages', models.PositiveIntegerField(blank=True, null=True, verbose_name='pages')),
                ('assessment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='assessments.assessment', verbose_name='assessment')),
                ('card', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='models_registry.cardrevision', verbose_name='model card')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.storedfile')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report', to='jobs.job')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
                ('snapshot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.storedfile')),
                ('system', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='models_registry.aisystem', verbose_name='system')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='accounts.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ('-pk',),
                'indexes': [models.Index(fields=['system', '-id'], name='reports_of_system')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', True), ('file_digest', ''), ('snapshot__isnull', True)), models.Q(('as_of__isnull', False), ('file__isnull', False), ('snapshot__isnull', False), models.Q(('file_digest', ''), _negated=True), models.Q(('snapshot_digest', ''), _negated=True), models.Q(('checkpoint_root', ''), _negated=True)), _connector='OR'), name='reports_file_comes_with_its_proof'), models.CheckConstraint(condition=models.Q(models.Q(('card__isnull', True), ('definition__in', ('rmf-system', 'applicability', 'technical-documentation')), ('system__isnull', False)), models.Q(('card__isnull', False), ('definition', 'model-card'), ('system__isnull', True)), _connector='OR'), name='reports_kind_has_its_subject')],
            },
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('seat', models.CharField(choices=[('assessor', 'Assessor'), ('reviewer', 'Reviewer'), ('auditor', 'Auditor')], max_length=10, verbose_name='seat')),
                ('signer_name', models.CharField(max_length=120, verbose_name='name')),
                ('base_digest', models.CharField(max_length=64, verbose_name='signed file, SHA-256')),
                ('file_digest', models.CharField(blank=True, max_length=64, verbose_name='file SHA-256')),
                ('file_size', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='size')),
                ('certificate', models.CharField(blank=True, max_length=64, verbose_name='certificate SHA-256')),
                ('subject', models.CharField(blank=True, max_length=300, verbose_name='certificate of')),
                ('stamped', models.BooleanField(default=False, verbose_name='time-stamped')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='signed')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.storedfile')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signoff', to='jobs.job')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signoffs', to='reports.report')),
                ('signer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_signoffs', to=settings.AUTH_USER_MODEL, verbose_name='signed by')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('report', 'seat'), name='reports_one_per_seat'), models.UniqueConstraint(fields=('report', 'signer'), name='reports_one_seat_each'), models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', True), ('file_digest', ''), ('signed_at__isnull', True)), models.Q(('file__isnull', False), ('signed_at__isnull', False), models.Q(('file_digest', ''), _negated=True)), _connector='OR'), name='reports_signature_comes_with_its_file')],
            },
        ),
    ]
