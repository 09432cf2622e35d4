"""Every permission there is. No Django imports: state tables use these names."""

from enum import StrEnum


class Permission(StrEnum):
    """What a role may do inside its organisation units."""

    RECORD_VIEW = "record.view"
    LEDGER_VIEW = "ledger.view"
    SYSTEM_EDIT = "system.edit"
    VERSION_REGISTER = "version.register"
    VERSION_DECIDE = "version.decide"
    VERSION_SUSPEND = "version.suspend"
    CARD_REVIEW = "card.review"
    ARTIFACT_WAIVE = "artifact.waive"
    DEPLOYMENT_CHANGE = "deployment.change"
    DATASET_UPLOAD = "dataset.upload"
    CHECK_RUN = "check.run"
    INCIDENT_DECLARE = "incident.declare"
    INCIDENT_EDIT = "incident.edit"
    INCIDENT_OVERRIDE = "incident.override"
    INCIDENT_RULE = "incident.rule"
    INCIDENT_REVIEW = "incident.review"
    ASSESSMENT_OPEN = "assessment.open"
    ASSESSMENT_ANSWER = "assessment.answer"
    ASSESSMENT_SUBMIT = "assessment.submit"
    ASSESSMENT_REVIEW = "assessment.review"
    ASSESSMENT_SIGN = "assessment.sign"
    EVIDENCE_ADD = "evidence.add"
    REPORT_CREATE = "report.create"
    FRAMEWORK_IMPORT = "framework.import"
    MEMBER_MANAGE = "member.manage"
