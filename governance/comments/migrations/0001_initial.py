import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('subject', models.CharField(max_length=100, verbose_name='record')),
                ('part', models.CharField(blank=True, max_length=40, verbose_name='part')),
                ('title', models.CharField(max_length=300, verbose_name='about')),
                ('body', models.TextField(max_length=4000, validators=[django.core.validators.MaxLengthValidator(4000)], verbose_name='comment')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='edited')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ('pk',),
                'indexes': [models.Index(fields=['subject', 'part'], name='comments_about')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('subject', models.CharField(max_length=100, verbose_name='record')),
                ('part', models.CharField(blank=True, max_length=40, verbose_name='part')),
                ('title', models.CharField(max_length=300, verbose_name='about')),
                ('notice_kind', models.CharField(choices=[('mention', 'You were named'), ('due_soon', 'Due soon'), ('overdue', 'Overdue')], max_length=10, verbose_name='why')),
                ('due_date', models.DateField(blank=True, null=True, verbose_name='due')),
                ('seen_at', models.DateTimeField(blank=True, null=True, verbose_name='put away')),
                ('comment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='comments.comment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('comment__isnull', False)), fields=('person', 'comment'), name='comments_told_once'), models.UniqueConstraint(condition=models.Q(('comment__isnull', True)), fields=('person', 'notice_kind', 'due_date', 'subject', 'part'), name='comments_reminded_once')],
            },
        ),
    ]
