"""How the steps of systems and versions are called and what they lead to."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Step:
    """A step of a state table in words. ``danger`` steps cannot be taken back."""

    verb: str
    label: str | Promise
    consequence: str | Promise
    danger: bool = False


DEPLOYMENT_STEPS: dict[str, Step] = {
    s.verb: s
    for s in (
        Step(
            "promote",
            _("Promote"),
            _(
                "This stage ends and the next one starts at the same moment. In production it "
                "replaces what serves there."
            ),
        ),
        Step(
            "roll_back",
            _("Roll back"),
            _(
                "This deployment ends now as rolled back, and the other version starts in its "
                "place at the same moment."
            ),
            danger=True,
        ),
        Step(
            "retire",
            _("Retire deployment"),
            _("It ends now and nothing takes its place. What served stays on record."),
            danger=True,
        ),
    )
}

STEPS: dict[str, Step] = {
    s.verb: s
    for s in (
        Step("put_into_use", _("Put into use"), _("From now on it counts as in use.")),
        Step("retire", _("Retire"), _("It stays readable and no longer counts as in use.")),
        Step(
            "propose_again",
            _("Propose again"),
            _("It counts as proposed until it is put into use."),
        ),
        Step(
            "submit",
            _("Submit version"),
            _(
                "Its fields and its latest card are frozen under one digest. A change then means "
                "a new version."
            ),
        ),
        Step(
            "withdraw",
            _("Withdraw version"),
            _("It stays readable, but nobody can submit or edit it again."),
            danger=True,
        ),
        Step(
            "start_validation",
            _("Start validation"),
            _("Somebody who did not register the version looks at it and decides."),
        ),
        Step("approve", _("Approve"), _("The version may serve, without restrictions.")),
        Step(
            "restrict",
            _("Approve with restrictions"),
            _("The version may serve within the limits that you name as the reason."),
        ),
        Step("reject", _("Reject"), _("The version can never serve."), danger=True),
        Step(
            "suspend",
            _("Suspend"),
            _("It must not serve until it is validated again. Where it serves now is not changed."),
        ),
        Step(
            "ask_review",
            _("Ask for review"),
            _("Somebody who did not write the card reads it and decides."),
        ),
        Step("review", _("Mark as reviewed"), _("You have read the card and found it fit.")),
        Step(
            "publish",
            _("Publish card"),
            _("It becomes the card that readers rely on, in place of any published before."),
        ),
        Step(
            "send_back",
            _("Send card back"),
            _("The card is a draft again, and its authors read why."),
        ),
        Step(
            "unpublish",
            _("Take card back"),
            _("The card counts as reviewed and is no longer published."),
        ),
        Step(
            "supersede",
            _("Supersede"),
            _("Another version takes its place; this one is not put into service any more."),
            danger=True,
        ),
    )
}
