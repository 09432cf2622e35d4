"""Why a question is asked, and what a good answer to it contains. All in our own words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# One reason for each category of the AI RMF 1.0; the questions themselves stand in the catalogue.
_WHY: dict[str, str | Promise] = {
    "GOVERN 1": _("What nobody wrote down is done differently by everybody, and cannot be shown."),
    "GOVERN 2": _("A duty that has no name beside it is nobody's duty on the day it is needed."),
    "GOVERN 3": _("A group that is all alike overlooks the same harms, and the same people."),
    "GOVERN 4": _("Bad news reaches those who decide only where telling it is safe and usual."),
    "GOVERN 5": _("Those who are affected know of harms that no test on your own data shows."),
    "GOVERN 6": _("You answer for what bought models and data do, whoever made them."),
    "MAP 1": _("Risk depends on the use: the same model is harmless here and harmful there."),
    "MAP 2": _("What the system is for, and what it cannot do, decides what must be tested."),
    "MAP 3": _("Without the benefits and costs written down, nobody can say when to stop."),
    "MAP 4": _("A failure in a part that you did not build is still a failure of your system."),
    "MAP 5": _("Harms that were not looked for are found by those who suffer them."),
    "MEASURE 1": _("A number is only worth what its method is worth; choose it before you see it."),
    "MEASURE 2": _("Trust that rests on no test, on no data and no version, is a hope."),
    "MEASURE 3": _("Systems decay quietly; a risk that is not watched comes back unseen."),
    "MEASURE 4": _("Measures that users and experts do not recognise miss what matters to them."),
    "MANAGE 1": _("A known risk without a decision is accepted by accident."),
    "MANAGE 2": _("Somebody must be able to change the system, or stop it, before harm spreads."),
    "MANAGE 3": _("A supplier's change can undo your controls overnight."),
    "MANAGE 4": _("What an incident taught protects only if it reaches the next decision."),
}
_GOOD: tuple[str | Promise, ...] = (
    _("What is done, in one or two sentences that a stranger could check."),
    _("Who does it, by role, and since when."),
    _("Where it can be seen: the document, the record or the run, by its name."),
    _("What is not covered yet, and until when it will be."),
)
_OF_SYSTEM = _("What is special about this system: a general rule alone answers nothing here.")
_OF_ORGANISATION = _("For which units and systems it holds, and how an exception is decided.")


def why(key: str) -> str:
    """Why the question ``key`` such as ``MEASURE 2.11`` matters; empty for other frameworks."""
    return str(_WHY.get(key.rpartition(".")[0], ""))


def good_answer(scope: str) -> list[str]:
    """What a good answer contains, by whom the question is about."""
    own = {"system": (_OF_SYSTEM,), "organisation": (_OF_ORGANISATION,)}
    both = (_OF_ORGANISATION, _OF_SYSTEM)
    return [str(line) for line in (*_GOOD, *own.get(scope, both))]
