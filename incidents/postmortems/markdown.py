"""A postmortem as Markdown. What people wrote cannot become HTML, a script or a hidden mark."""

import re
from typing import Any

from django.utils.translation import gettext as _

from incidents.exchange.showing import visible
from incidents.postmortems.shape import Document, spoken
from incidents.postmortems.words import MOMENTS, PERIODS, QUESTIONS

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-!|~])")
# A link of any scheme but those of the web and of mail loses its brackets' meaning.
_OTHER_LINK = re.compile(r"\]\((?!\s*(?:https?://|mailto:|#))", re.IGNORECASE)


def as_markdown(document: Document, digest: str = "") -> str:
    """The whole document; ``digest`` is named when it is published."""
    incident = document["incident"]
    parts = [
        f"# {line(incident['reference'])} {line(incident['title'])}",
        line(document["lede"]),
        *([f"{_('SHA-256 of the snapshot')}: `{digest}`"] if digest else []),
        *_answers(document),
        *_part(_("Times"), _times(document)),
        *_part(_("Versions"), [line(one["name"]) for one in document["versions"]]),
        *_part(_("Figures"), [_figure(one) for one in document["metrics"]]),
        *_part(_("Harm"), _harm(document)),
        *_part(_("Containment"), [line(f"{c['kind']}: {c['text']}") for c in document["held"]]),
        *_part(_("Learnings"), [_learning(one) for one in document["learnings"]]),
        *_part(_("Corrective actions"), [_action(one) for one in document["actions"]]),
        *_part(_("Evidence"), [line(f"{e['name']} {e['digest']}") for e in document["evidence"]]),
        *_part(_("Timeline"), [_entry(one) for one in document["timeline"]]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def line(text: str) -> str:
    """``text`` as one line in which nothing is markup."""
    one = " ".join(visible(str(text)).split())
    return _SPECIAL.sub(r"\\\1", one).replace("&", "&amp;").replace("<", "&lt;")


def block(text: str) -> str:
    """``text`` as the Markdown that its author wrote, without HTML and foreign links."""
    safe = visible(text).replace("&", "&amp;").replace("<", "&lt;")
    return _OTHER_LINK.sub(r"]\\(", safe).strip()


def _answers(document: Document) -> list[str]:
    found = []
    for name, (question, _help) in QUESTIONS.items():
        if document["answers"][name].strip():
            found += [f"## {question}", block(document["answers"][name])]
    return found


def _part(title: str, rows: list[str]) -> list[str]:
    return [f"## {title}", "\n".join(f"- {row}" for row in rows)] if rows else []


def _times(document: Document) -> list[str]:
    moments = [
        f"{word}: {document['moments'][name]}"
        for name, word in MOMENTS.items()
        if document["moments"][name]
    ]
    spans = [f"{PERIODS[one['name']]}: {spoken(one['seconds'])}" for one in document["periods"]]
    return [line(row) for row in (*moments, *spans)]


def _figure(row: dict[str, Any]) -> str:
    text = f"{row['check']} {row['metric']} {row['slice']}: {row['estimate']}"
    if row["low"] is not None:
        text += f" ({row['low']} … {row['high']})"
    return line(f"{text}, n {row['n']}, {row['verdict'] or _('not judged')}")


def _harm(document: Document) -> list[str]:
    rows = [
        f"{one['kind']}: {one['group']}, {one['certainty']}"
        f"{'' if one['count'] is None else ', ' + str(one['count'])}. {one['text']}"
        for one in document["harms"]
    ]
    served = document["served"]
    if served is not None:
        sure = _("estimated") if served["estimated"] else _("counted")
        rows.append(f"{_('Decisions served')}: {served['count']}, {sure}. {served['method']}")
    return [line(row) for row in rows]


def _learning(row: dict[str, Any]) -> str:
    keys = ", ".join(row["subcategories"])
    return f"{line(row['factor'])}: {line(row['text'])} ({line(keys)})"


def _action(row: dict[str, Any]) -> str:
    about = f"{row['aim']}, {row['priority']}, {row['due_on']}, {row['state']}"
    return line(f"{row['reference']} {row['title']} ({about})")


def _entry(row: dict[str, Any]) -> str:
    return f"{line(row['at'])} {line(row['text'])}"
