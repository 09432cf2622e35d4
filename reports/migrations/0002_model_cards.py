"""Reports of model cards; every report names its unit itself."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def fill_units(apps, schema_editor):
    """The unit of the system that each report is about."""
    systems = apps.get_model("models_registry", "AISystem")
    unit = systems.objects.filter(pk=OuterRef("system")).values("unit")[:1]
    reports = apps.get_model("reports", "Report")._base_manager
    models.QuerySet(reports.model).update(unit=Subquery(unit))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("models_registry", "0003_cards_in_review"),
        ("reports", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="accounts.unit",
                verbose_name="unit",
            ),
        ),
        migrations.RunPython(fill_units, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="report",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="accounts.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="system",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="models_registry.aisystem",
                verbose_name="system",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="card",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="models_registry.cardrevision",
                verbose_name="model card",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="definition",
            field=models.CharField(
                choices=[
                    ("rmf-system", "AI RMF report of a system"),
                    ("model-card", "Model card"),
                ],
                default="rmf-system",
                max_length=40,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=Q(definition="rmf-system", system__isnull=False, card__isnull=True)
                | Q(definition="model-card", system__isnull=True, card__isnull=False),
                name="reports_kind_has_its_subject",
            ),
        ),
    ]
