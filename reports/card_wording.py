"""What the printed model card computes from its snapshot. Unknown is never worded as good."""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from models_registry.exporting import printed_extra
from reports.card_shape import CardSnapshot

AGREES, DIFFERS = "agrees", "differs"


def card_context(snapshot: CardSnapshot) -> dict[str, Any]:
    """The context of the card's sections. Pure: the same snapshot gives the same context."""
    card, outcomes = snapshot["card"], [row["outcome"] for row in snapshot["numbers"]]
    core = snapshot["completeness"]
    published = any(row["printed"] and row["state"] == "published" for row in snapshot["revisions"])
    return {
        "s": snapshot,
        "cover": "reports/print/cover_card.html",
        "system_name": f"{snapshot['identity']['model']} {snapshot['identity']['version']}",
        "title": _("Model card: %(model)s %(version)s")
        % {"model": snapshot["identity"]["model"], "version": snapshot["identity"]["version"]},
        "verdict": card_sentence(snapshot),
        "tone": "pass" if published and DIFFERS not in outcomes else "unknown",
        "filled": sum(row["filled"] for row in core),
        "missing": [row for row in core if not row["filled"]],
        "differing": outcomes.count(DIFFERS),
        "agreeing": outcomes.count(AGREES),
        "outdated": card["revision"] < card["newest"],
        "left_over": printed_extra(json.loads(card["left_over"] or "{}")),
    }


def card_sentence(snapshot: CardSnapshot) -> str:
    """The first sentence: how far the card was looked at, how much it says, what contradicts it."""
    card, core = snapshot["card"], snapshot["completeness"]
    outcomes = [row["outcome"] for row in snapshot["numbers"]]
    differing, compared = outcomes.count(DIFFERS), outcomes.count(DIFFERS) + outcomes.count(AGREES)
    said = [
        _("Revision %(number)s is %(state)s.")
        % {"number": card["revision"], "state": _state_words(card["state"])},
        _("%(filled)s of %(whole)s core fields say something.")
        % {"filled": sum(row["filled"] for row in core), "whole": len(core)},
    ]
    if card["revision"] < card["newest"]:
        said.append(_("Revision %(n)s is newer.") % {"n": card["newest"]})
    if not compared:
        said.append(_("No number in it could be held against a check."))
    else:
        said.append(
            ngettext(
                "Of %(n)s number that checks have computed, %(differing)s differs.",
                "Of %(n)s numbers that checks have computed, %(differing)s differ.",
                compared,
            )
            % {"n": compared, "differing": differing}
        )
    return " ".join(said)


def _state_words(state: str) -> str:
    known = {
        "draft": _("a draft that nobody else has reviewed"),
        "in_review": _("waiting for its review"),
        "reviewed": _("reviewed and not published"),
        "published": _("reviewed and published"),
    }
    return known.get(state, state)
