"""One snapshot from all parts."""

import datetime as dt
from typing import Any

from frameworks.queries import current_version
from governance.assessments.models import Assessment
from models_registry.models import AISystem
from reports.card_shape import CardSnapshot
from reports.models import Report
from reports.shape import SCHEMA, Snapshot
from reports.snapshot import answers, incidents, runs, system
from reports.snapshot.card import freeze_card
from reports.snapshot.parts import LANGUAGE, checkpoint_part
from reports.snapshot.risks import risk_parts
from reports.snapshot.texts import stamp, words


def freeze_any(report: Report, *, by: Any, at: dt.datetime) -> Snapshot | CardSnapshot:
    """The snapshot of `report`, of whatever kind. Raises ObjectDoesNotExist for what `by` may not
    see any more."""
    if report.definition == Report.Definition.MODEL_CARD:
        return freeze_card(report, by=by, at=at)
    return freeze(report, by=by, at=at)


def freeze(report: Report, *, by: Any, at: dt.datetime) -> Snapshot:
    """What `by` may see of the system of `report` at `at`, as plain JSON data.

    The caller has sealed the ledger. The number of queries does not grow with the number of
    assessments, runs, incidents or files.
    """
    subject = _system(report.system_id, by)
    assessment = _assessment(report.assessment_id, by)
    framework = assessment.framework_version if assessment else current_version()
    units = system.unit_names(subject.unit)
    versions = system.versions_of(subject, by)
    card = system.newest_card(versions)
    printed = runs.run_parts(versions, by)
    files = [*([system.card_evidence(card)] if card else []), *printed.files]
    return {
        "schema": SCHEMA,
        "report": {
            "number": report.reference,
            "definition": report.definition,
            "language": LANGUAGE,
            "as_of": stamp(at),
            "organisation": units[0] if units else "",
            "requested_by": words(by),
            "mark": report.mark,
            "left_out": list(report.left_out),
        },
        "system": system.system_part(subject, units),
        "versions": [system.version_part(version) for version in versions],
        "card": system.card_part(card) if card else None,
        "runs": printed.runs,
        "runs_left_out": printed.left_out,
        "incidents": incidents.incident_parts(subject, by, printed.anchors),
        "framework": answers.framework_part(framework),
        "assessment": answers.assessment_part(assessment) if assessment else None,
        "functions": answers.function_parts(framework, assessment, printed.evidence),
        "evidence": files,
        "risks": risk_parts(subject, by),
        "checkpoint": checkpoint_part(),
    }


def _system(pk: int | None, by: Any) -> AISystem:
    found: AISystem = (
        AISystem.objects.all().visible_to(by).select_related("unit", "owner").get(pk=pk)
    )
    return found


def _assessment(pk: int | None, by: Any) -> Assessment | None:
    if pk is None:
        return None
    visible = Assessment.objects.all().visible_to(by)
    found: Assessment | None = (
        visible.select_related("owner", "framework_version__framework").filter(pk=pk).first()
    )
    return found
