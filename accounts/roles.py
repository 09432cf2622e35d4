"""Roles are small named sets of permissions, held in an organisation unit and all below it."""

from enum import StrEnum

from accounts.permissions import Permission as P


class Role(StrEnum):
    """The roles of the design."""

    ENGINEER = "engineer"
    MODEL_OWNER = "model_owner"
    COMPLIANCE_OFFICER = "compliance_officer"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


_ENGINEER = frozenset(
    {
        P.RECORD_VIEW,
        P.SYSTEM_EDIT,
        P.VERSION_REGISTER,
        P.DATASET_UPLOAD,
        P.CHECK_RUN,
        P.INCIDENT_DECLARE,
        P.INCIDENT_EDIT,
        P.REPORT_CREATE,
        P.DEPLOYMENT_CHANGE,
        P.EVIDENCE_ADD,
        P.COMMENT_WRITE,
    }
)

PERMISSIONS: dict[Role, frozenset[P]] = {
    Role.ENGINEER: _ENGINEER,
    Role.MODEL_OWNER: _ENGINEER
    | {
        P.ASSESSMENT_ANSWER,
        P.RISK_EDIT,
        P.LEDGER_VIEW,
        P.VERSION_SUSPEND,
        P.INCIDENT_OVERRIDE,
        P.INCIDENT_RULE,
        P.INCIDENT_REVIEW,
    },
    Role.COMPLIANCE_OFFICER: frozenset(
        {
            P.RECORD_VIEW,
            P.LEDGER_VIEW,
            P.SYSTEM_EDIT,
            P.INCIDENT_DECLARE,
            P.INCIDENT_EDIT,
            P.INCIDENT_OVERRIDE,
            P.INCIDENT_RULE,
            P.INCIDENT_REVIEW,
            P.ASSESSMENT_OPEN,
            P.ASSESSMENT_ANSWER,
            P.ASSESSMENT_SUBMIT,
            P.ASSESSMENT_REVIEW,
            P.EVIDENCE_ADD,
            P.COMMENT_WRITE,
            P.RISK_EDIT,
            P.RISK_MATRIX,
            P.REPORT_CREATE,
            P.CARD_REVIEW,
            P.VERSION_SUSPEND,
        }
    ),
    Role.APPROVER: frozenset(
        {
            P.RECORD_VIEW,
            P.LEDGER_VIEW,
            P.REPORT_CREATE,
            P.VERSION_DECIDE,
            P.VERSION_SUSPEND,
            P.CARD_REVIEW,
            P.INCIDENT_REVIEW,
            P.ASSESSMENT_REVIEW,
            P.ASSESSMENT_SIGN,
            P.RISK_ACCEPT,
            P.COMMENT_WRITE,
            P.ARTIFACT_WAIVE,
        }
    ),
    Role.AUDITOR: frozenset({P.RECORD_VIEW, P.LEDGER_VIEW, P.REPORT_CREATE, P.REPORT_ATTEST}),
    Role.ADMINISTRATOR: frozenset(
        {P.RECORD_VIEW, P.LEDGER_VIEW, P.MEMBER_MANAGE, P.FRAMEWORK_IMPORT}
    ),
}

TITLES: dict[Role, str] = {
    Role.ENGINEER: "Engineer",
    Role.MODEL_OWNER: "Model owner",
    Role.COMPLIANCE_OFFICER: "Compliance officer",
    Role.APPROVER: "Approver",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}


def roles_with(permission: str) -> list[str]:
    """The names of the roles that hold ``permission``."""
    return [role.value for role, held in PERMISSIONS.items() if permission in held]
