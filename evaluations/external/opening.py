"""Open somebody else's result file in a process of its own: the normal form, or a sentence."""

import logging
import os
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluations.external.record import Metric, Report
from ledger.errors import Refused
from models_registry.reading.process import ChildFailed, ChildLimits, ask

log = logging.getLogger(__name__)
CHILD = "evaluations.external.child"
LIMITS = ChildLimits(wall_seconds=60, cpu_seconds=60, address_space_mb=3072)
SENTENCES: dict[str, str | Promise] = {
    "empty": _("The file is empty. Choose the file that the tool wrote."),
    "not_json": _("The file is no JSON: %(detail)s. Choose the file that the tool wrote."),
    "too_deep": _("The file is nested too deeply to be read."),
    "unknown_format": _(
        "No reader knows this file (its keys: %(keys)s). Known are lm-eval, Inspect, garak, "
        "Promptfoo, HELM, MLflow and the plain form of the documentation."
    ),
    "unknown_zip": _(
        "The archive is neither an Inspect log nor a folder of one HELM run with its stats.json."
    ),
    "inspect_unfinished": _(
        "The Inspect log has no header: the run is not over. Import it when it has ended."
    ),
    "broken_zip": _("The archive cannot be opened: %(detail)s."),
    "too_many_members": _("The archive holds %(members)s files, which is more than can be read."),
    "unpacks_too_large": _("The archive unpacks to more than can be read. Leave the samples out."),
    "unreadable_member": _(
        "“%(name)s” in the archive cannot be unpacked. Convert the log to JSON, with "
        "“inspect log convert” for Inspect, and import that."
    ),
    "no_figures": _("%(tool)s wrote this file, but it holds no figure that can be read."),
}
FAILURES: dict[str, str | Promise] = {
    "timeout": _("Reading the file took too long and was stopped. Import one without samples."),
    "cpu": _("Reading the file took too long and was stopped. Import one without samples."),
    "memory": _("The file needs more memory than reading may use. Import one without samples."),
    "crash": _("The file broke the reader, so it was not accepted."),
    "garbled": _("The file broke the reader, so it was not accepted."),
}


def open_result(path: str | os.PathLike[str], *, limits: ChildLimits = LIMITS) -> Report:
    """The normal form of a result file.

    Raises Refused, field ``file``, with a sentence that says what to do.
    """
    try:
        answer = ask(CHILD, {"path": str(Path(path).resolve())}, limits)
    except ChildFailed as failure:
        log.warning("A result file gave no answer: %s", failure)
        raise Refused(
            str(FAILURES[failure.kind]), code=f"external.{failure.kind}", field="file"
        ) from failure
    if problem := answer.get("problem"):
        facts = {key: str(value)[:200] for key, value in problem["facts"].items()}
        words = str(SENTENCES[problem["code"]]) % facts
        raise Refused(words, code=f"external.{problem['code']}", field="file")
    found = answer["report"]
    return Report(**{**found, "metrics": [Metric(**one) for one in found["metrics"]]})
