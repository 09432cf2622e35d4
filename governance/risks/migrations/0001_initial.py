import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('incidents', '0001_initial'),
        ('models_registry', '0001_initial'),
        ('vault', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RiskMatrix',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('likelihoods', models.JSONField(verbose_name='steps of likelihood')),
                ('impacts', models.JSONField(verbose_name='steps of impact')),
                ('critical_from', models.PositiveSmallIntegerField(verbose_name='critical from')),
                ('high_from', models.PositiveSmallIntegerField(verbose_name='high from')),
                ('medium_from', models.PositiveSmallIntegerField(verbose_name='medium from')),
                ('set_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='risk_matrices', to='accounts.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='Risk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('description', models.TextField(max_length=10000, validators=[django.core.validators.MaxLengthValidator(10000)], verbose_name='what may happen, why, and to whom')),
                ('harms', models.JSONField(blank=True, default=list, verbose_name='harms')),
                ('subcategories', models.JSONField(blank=True, default=list, verbose_name='subcategories')),
                ('strategy', models.CharField(choices=[('reduce', 'Reduce it'), ('avoid', 'Avoid it: stop what causes it'), ('share', 'Share it with somebody else'), ('keep', 'Keep it: an approver accepts what is left')], default='reduce', max_length=10, verbose_name='strategy')),
                ('review_on', models.DateField(blank=True, null=True, verbose_name='review on')),
                ('inherent_likelihood', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='likelihood before measures')),
                ('inherent_impact', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='impact before measures')),
                ('residual_likelihood', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='likelihood now')),
                ('residual_impact', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='impact now')),
                ('target_likelihood', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='likelihood aimed at')),
                ('target_impact', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='impact aimed at')),
                ('state', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', editable=False, max_length=10, verbose_name='state')),
                ('incident', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='risks', to='incidents.incident', verbose_name='incident')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned_risks', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('registered_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='registered_risks', to=settings.AUTH_USER_MODEL)),
                ('system', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='risks', to='models_registry.aisystem', verbose_name='system')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='risks', to='accounts.unit', verbose_name='unit')),
                ('matrix', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='risks', to='risks.riskmatrix', verbose_name='matrix')),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('residual_impact__isnull', True), ('residual_likelihood__isnull', True)), models.Q(('residual_impact__isnull', False), ('residual_likelihood__isnull', False)), _connector='OR'), name='risks_residual_rated_whole', violation_error_message='Rate likelihood and impact now, or neither.'), models.CheckConstraint(condition=models.Q(models.Q(('target_impact__isnull', True), ('target_likelihood__isnull', True)), models.Q(('target_impact__isnull', False), ('target_likelihood__isnull', False)), _connector='OR'), name='risks_target_rated_whole', violation_error_message='Rate likelihood and impact aimed at, or neither.')],
            },
        ),
        migrations.CreateModel(
            name='Acceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('reason', models.TextField(max_length=4000, verbose_name='reason')),
                ('expires_on', models.DateField(verbose_name='until')),
                ('likelihood', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='likelihood')),
                ('impact', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='impact')),
                ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='withdrawn')),
                ('accepted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accepted_risks', to=settings.AUTH_USER_MODEL)),
                ('risk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='risks.risk')),
                ('matrix', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='risks.riskmatrix', verbose_name='matrix')),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='RiskSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('applied', 'Applied'), ('discarded', 'Discarded')], default='planned', max_length=10, verbose_name='state')),
                ('registered', models.PositiveIntegerField(default=0, verbose_name='registered')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='changed')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.storedfile')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='risk_sheets', to='accounts.unit', verbose_name='unit')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='Treatment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('title', models.CharField(max_length=300, verbose_name='measure')),
                ('due_date', models.DateField(verbose_name='due')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='done')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='treatments', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('risk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='treatments', to='risks.risk')),
            ],
            options={
                'ordering': ('due_date', 'pk'),
            },
        ),
    ]
