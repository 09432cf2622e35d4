"""The import report: plain codes in the database, sentences on the page."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_PROBLEMS = 200

PROBLEMS: dict[str, str | Promise] = {
    "front-unclosed": _(
        "The file opens front matter with “---” and never closes it; all of it was read as text."
    ),
    "front-empty": _("The front matter is empty."),
    "front-no-table": _(
        "The front matter is not a table of “key: value” lines; it was kept as text."
    ),
    "duplicate-key": _(
        "“%(key)s” stands here again (first in line %(first)s). The first value is used; this one "
        "was kept under “duplicate_keys”."
    ),
    "not-a-list": _("model-index: a list is expected here; it was kept as it is."),
    "not-a-table": _("model-index: a table is expected here; it was kept as it is."),
    "too-many-figures": _("model-index: only the first 2,000 figures were read."),
    "no-name": _("The card does not name its model: no first heading and no “model_name”."),
    "no-name-key": _("The file does not name its model."),
    "other-model": _(
        "The file holds another model, “%(name)s” (%(pointer)s). It was kept as it is; the card "
        "is about the first model."
    ),
    "signature": _("The signature of the %(side)s is no JSON; it was kept as it is."),
    "hidden-marks": _(
        "The name holds invisible or direction-changing characters; it is shown without them."
    ),
    "names-differ": _("The card gives several names: %(names)s. The first one is used."),
    "license-as-text": _("The licence is stated only in the text, not as “license:” key."),
}

SOURCES: dict[str, str | Promise] = {
    "front": _("front matter"),
    "section": _("section"),
    "label": _("labelled line"),
    "json": _("JSON"),
    "yaml": _("YAML"),
}


@dataclass
class Report:
    """What became of every part of a card. ``mapped`` and ``kept`` name source, label and line."""

    parser: str = ""
    encoding: str = ""
    newlines: str = ""
    lines: int = 0
    mapped: list[dict[str, Any]] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)

    def map(self, source: str, label: str, line: int, key: str) -> None:
        """A part was read as the merged field ``key``."""
        self.mapped.append({"source": source, "label": label, "line": line, "field": key})

    def keep(self, source: str, label: str, line: int) -> None:
        """A part has no merged field and was kept verbatim."""
        self.kept.append({"source": source, "label": label, "line": line})

    def problem(self, code: str, line: int, **values: Any) -> None:
        """Something that the author should look at; ``code`` is a key of ``PROBLEMS``."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append({"code": code, "line": line, "values": values})

    def as_json(self) -> dict[str, Any]:
        """The report as JSON data."""
        return asdict(self)


def problem_text(problem: dict[str, Any]) -> str:
    """A stored problem as a sentence in the reader's language."""
    template = str(PROBLEMS.get(problem["code"], problem["code"]))
    return template % problem.get("values", {}) if problem.get("values") else template
