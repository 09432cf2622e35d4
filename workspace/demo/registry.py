"""What the register says beyond names: intake, determination, limits of use, a waived file."""

import datetime as dt
import io
import pickle
import re

from django.utils import timezone

from accounts.models import User
from models_registry.actions.artifacts import add_artifact, record_scan
from models_registry.actions.card_editing import make_revision, save_draft
from models_registry.actions.intake import answer_intake
from models_registry.actions.models import edit_model, edit_use
from models_registry.actions.waivers import waive_artifact
from models_registry.cards.editing import texts
from models_registry.models import AISystem, Artifact, Model, ModelUse, ModelVersion
from models_registry.scanning.run import scan_file
from vault.queries import path_of

INTAKE = {
    "people": "more",
    "vulnerable": "some",
    "personal_data": "ordinary",
    "reach": "public",
    "independence": "approves",
    "replaceable": "slower",
    "decision": "recommends",
    "stake": "access",
    "undo": "effort",
    "money": "material",
    "listed": "yes",
}
MONITORING = (
    "Every week the owner looks at drift and calibration of the last 30 days. Two weeks in a row "
    "outside the limits put the version before the review board."
)


def describe_use(people: dict[str, User], system: AISystem, model: Model) -> None:
    """The intake that explains the tier, whether it is a model, and what it may be used for."""
    owner = people["milo"]
    answer_intake(by=owner, system=system, answers=INTAKE)
    edit_model(
        by=owner,
        model=model,
        base={"determination": model.determination, "determination_reason": "", "validator": None},
        values={
            "determination": Model.Determination.MODEL,
            "determination_reason": "A statistical method estimates a probability from data; the "
            "estimate bears on prices and refusals.",
            "validator": people["tomas"],
        },
    )
    use = ModelUse.objects.get(system=system, model=model)
    edit_use(
        by=owner,
        use=use,
        base={"purpose": use.purpose, "limits": use.limits},
        values={
            "purpose": "Ranks applications and proposes a price band.",
            "limits": "Not for business loans, not for amounts above 40,000 euros, and never as "
            "the only ground of a refusal.",
        },
    )


def edit_card(engineer: User, version: ModelVersion) -> None:
    """A second revision of an imported card: one text changed, every other byte as it was."""
    written = texts(version.cards.latest("number").parsed["fields"])["oversight"]
    save_draft(
        by=engineer,
        version=version,
        base={"oversight": written},
        values={"oversight": f"{written}\n\n{MONITORING}"},
    )
    make_revision(by=engineer, version=version, change_note="Says who watches it, and how often.")


def waived_file(people: dict[str, User], version: ModelVersion) -> Artifact:
    """A file that can run code when it is loaded: flagged, and accepted for three months."""
    content = pickle.dumps({"purpose": re.compile(r"[^a-z ]+")})
    made = add_artifact(
        by=people["ada"],
        version=version,
        stream=io.BytesIO(content),
        path="cleaning.pkl",
        role="other",
    )
    made = record_scan(by=people["ada"], artifact=made, scanned=scan_file(path_of(made.digest)))
    waive_artifact(
        by=people["tomas"],
        artifact=made,
        reason="The rule that cleans the purpose is still a pickle; 2.4 stores it as text.",
        control="It is loaded in a container without network, and only by its digest.",
        expires_at=timezone.now() + dt.timedelta(days=90),
    )
    return made
