import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('frameworks', '0001_initial'),
        ('models_registry', '0001_initial'),
        ('vault', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('subject', models.CharField(choices=[('organisation', 'Organisation'), ('system', 'AI system'), ('version', 'Model version')], default='system', max_length=20, verbose_name='what is assessed')),
                ('carried', models.JSONField(blank=True, default=list, verbose_name='taken over')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('period_start', models.DateField(blank=True, null=True, verbose_name='period from')),
                ('period_end', models.DateField(blank=True, null=True, verbose_name='period to')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('signed', 'Signed')], default='draft', editable=False, max_length=20, verbose_name='state')),
                ('due_date', models.DateField(blank=True, null=True, verbose_name='due')),
                ('submitted_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='submitted')),
                ('signed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='signed')),
                ('framework_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='frameworks.frameworkversion', verbose_name='framework')),
                ('inherits_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='heirs', to='assessments.assessment', verbose_name='inherits from')),
                ('model_version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='models_registry.modelversion', verbose_name='model version')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned_assessments', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('previous', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later', to='assessments.assessment', verbose_name='period before')),
                ('profile', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='frameworks.profile', verbose_name='profile')),
                ('system', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='models_registry.aisystem', verbose_name='system')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='accounts.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('period_end__isnull', True), ('period_start__isnull', True), ('period_end__gte', models.F('period_start')), _connector='OR'), name='assessments_period_in_order', violation_error_message='The period ends before it begins.'), models.CheckConstraint(condition=models.Q(models.Q(('model_version__isnull', True), ('subject', 'organisation'), ('system__isnull', True)), models.Q(('model_version__isnull', True), ('subject', 'system'), ('system__isnull', False)), models.Q(('model_version__isnull', False), ('subject', 'version'), ('system__isnull', False)), _connector='OR'), name='assessments_subject_is_named', violation_error_message='Name the one thing that is assessed.')],
            },
        ),
        migrations.CreateModel(
            name='AnswerSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('file_name', models.CharField(max_length=200, verbose_name='file name')),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('applied', 'Applied'), ('discarded', 'Discarded')], default='planned', editable=False, max_length=10, verbose_name='state')),
                ('written', models.PositiveIntegerField(default=0, verbose_name='cells written')),
                ('refused', models.PositiveIntegerField(default=0, verbose_name='cells refused')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.storedfile')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answer_sheets', to=settings.AUTH_USER_MODEL)),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='assessments.assessment')),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('applicability', models.CharField(choices=[('applicable', 'Applies'), ('not_applicable', 'Does not apply')], default='applicable', max_length=20, verbose_name='applicability')),
                ('reason', models.TextField(blank=True, max_length=4000, validators=[django.core.validators.MaxLengthValidator(4000)], verbose_name='why it does not apply')),
                ('level', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Absent'), (1, 'Ad hoc'), (2, 'Defined'), (3, 'Operating'), (4, 'Measured and improved')], null=True, verbose_name='level')),
                ('text', models.TextField(blank=True, max_length=20000, validators=[django.core.validators.MaxLengthValidator(20000)], verbose_name='answer')),
                ('due_date', models.DateField(blank=True, null=True, verbose_name='due')),
                ('origin', models.CharField(choices=[('fresh', 'Fresh'), ('confirmed', 'Confirmed')], default='fresh', editable=False, max_length=12, verbose_name='origin')),
                ('stated_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last stated')),
                ('confirms', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='confirmed_by', to='assessments.answer', verbose_name='confirms')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='frameworks.node')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_answers', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='saved_answers', to=settings.AUTH_USER_MODEL)),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='assessments.assessment')),
            ],
            options={
                'indexes': [models.Index(fields=['assessment', 'saved_by', 'updated_at'], name='answer_resume')],
                'constraints': [models.UniqueConstraint(fields=('assessment', 'node'), name='assessments_one_answer_per_node')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('kind_of', models.CharField(choices=[('policy', 'Policy or procedure'), ('minutes', 'Minutes or decision'), ('report', 'Report'), ('test', 'Test or check result'), ('log', 'Log or extract of records'), ('screenshot', 'Screenshot'), ('training', 'Training record'), ('contract', 'Contract or supplier paper'), ('other', 'Other')], max_length=20, verbose_name='kind')),
                ('file_name', models.CharField(blank=True, max_length=200, verbose_name='file name')),
                ('url', models.URLField(blank=True, max_length=1000, verbose_name='address')),
                ('record', models.CharField(blank=True, max_length=100, verbose_name='record')),
                ('effective_from', models.DateField(verbose_name='speaks of the time from')),
                ('effective_to', models.DateField(verbose_name='to')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='good until')),
                ('note', models.TextField(blank=True, max_length=4000, verbose_name='note')),
                ('withdrawn_on', models.DateField(blank=True, editable=False, null=True, verbose_name='withdrawn')),
                ('collected_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collected_evidence', to=settings.AUTH_USER_MODEL, verbose_name='collected by')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.storedfile')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='accounts.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('effective_to__gte', models.F('effective_from'))), name='evidence_period_in_order', violation_error_message='The period ends before it begins.'), models.CheckConstraint(condition=models.Q(('expires_on__isnull', True), ('expires_on__gte', models.F('effective_to')), _connector='OR'), name='evidence_expires_after_its_period', violation_error_message='It cannot expire before the period it speaks of ends.'), models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', False), ('record', ''), ('url', '')), models.Q(('file__isnull', True), models.Q(('url', ''), _negated=True), ('record', '')), models.Q(('file__isnull', True), ('url', ''), models.Q(('record', ''), _negated=True)), _connector='OR'), name='evidence_is_one_thing', violation_error_message='Choose a file, an address or a record: one of them.')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('shows', models.CharField(blank=True, max_length=500, verbose_name='what it shows')),
                ('verdict', models.CharField(choices=[('offered', 'Offered'), ('accepted', 'Accepted'), ('rejected', 'Rejected')], default='offered', max_length=10, verbose_name='verdict')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('remark', models.CharField(blank=True, max_length=1000, verbose_name='remark')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='assessments.answer')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_evidence', to=settings.AUTH_USER_MODEL)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='assessments.evidence')),
                ('linked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='linked_evidence', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('answer', 'evidence'), name='evidence_once_for_an_answer', violation_error_message='This evidence is offered for the answer already.')],
            },
        ),
        migrations.CreateModel(
            name='PlanStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('what', models.TextField(max_length=2000, validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name='what is done')),
                ('due_date', models.DateField(verbose_name='due')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='done on')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_steps', to='assessments.assessment')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_steps', to='frameworks.node')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_steps', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'ordering': ('due_date', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('assessment', 'node'), name='assessments_one_step_per_item')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('verdict', models.CharField(choices=[('met', 'Met'), ('partly', 'Partly met'), ('not_met', 'Not met'), ('returned', 'Returned')], max_length=10, verbose_name='verdict')),
                ('remark', models.TextField(blank=True, max_length=4000, verbose_name='remark')),
                ('answer_version', models.PositiveIntegerField(verbose_name='of version')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='assessments.answer')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('signer_name', models.CharField(max_length=120, verbose_name='name')),
                ('meaning', models.CharField(choices=[('approved', 'I have read it and approve it'), ('qualified', 'I have read it and approve it with the remarks below')], max_length=12, verbose_name='meaning')),
                ('remarks', models.TextField(blank=True, max_length=4000, verbose_name='remarks')),
                ('signed_at', models.DateTimeField(verbose_name='signed')),
                ('digest', models.CharField(max_length=64, verbose_name='digest of the snapshot')),
                ('binding', models.CharField(max_length=64, verbose_name='binding')),
                ('assessment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='assessments.assessment')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.storedfile')),
                ('signer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
