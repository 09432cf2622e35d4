"""From a file to records: which format it is, and what each report in it says."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from incidents.exchange.atlas import Lookup, is_lookup, is_study, read_lookup, read_study
from incidents.exchange.avid import is_avid, read_avid
from incidents.exchange.decoding import MAX_LINES, Repeated, decode, load_json, load_yaml, refused
from incidents.exchange.own import is_own, read_own
from incidents.exchange.record import CaseRecord
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused


@dataclass(frozen=True)
class Found:
    """One report in a file: its place (from 1) and what it says."""

    position: int
    record: CaseRecord


@dataclass
class ReadFile:
    """What a file holds: reports, names for placeholders, and what could not be read."""

    name: str
    found: list[Found] = field(default_factory=list)
    lookup: Lookup = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def lookup_in(name: str, data: bytes) -> Lookup:
    """The names for placeholders if ``data`` is such a file, else nothing. Raises nothing."""
    if not name.lower().endswith((".yaml", ".yml")):
        return {}
    try:
        text = decode(data)
        return read_lookup(text) if is_lookup(load_yaml(text)) else {}
    except Refused:
        return {}


def read_file(name: str, data: bytes, lookup: Lookup) -> ReadFile:
    """Read a file of any known format. Never raises: problems are sentences in the answer."""
    read = ReadFile(name)
    try:
        text = decode(data)
        if name.lower().endswith((".yaml", ".yml")):
            _read_yaml(read, text, lookup)
        elif name.lower().endswith((".jsonl", ".ndjson")):
            _read_lines(read, text)
        else:
            document, repeated = load_json(text)
            read.found = [Found(1, _record(document, repeated))]
    except Refused as problem:
        read.problems.append(problem.message)
    return read


def _read_yaml(read: ReadFile, text: str, lookup: Lookup) -> None:
    document = load_yaml(text)
    if is_lookup(document):
        read.lookup = read_lookup(text)
    elif is_study(document):
        read.found = [Found(1, _numbered(read_study(document, lookup), document))]
    else:
        raise refused(_("This YAML is no ATLAS case study. Choose another file."), "unknown-format")


def _read_lines(read: ReadFile, text: str) -> None:
    lines = [(at, line) for at, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > MAX_LINES:
        raise refused(_("The file has more than 10,000 reports. Split it."), "too-large")
    for at, line in lines:
        try:
            document, repeated = load_json(line)
            read.found.append(Found(at, _record(document, repeated)))
        except Refused as problem:
            said = _("Line %(line)s: %(problem)s") % {"line": at, "problem": problem.message}
            read.problems.append(said)


def _record(document: Any, repeated: list[Repeated]) -> CaseRecord:
    if is_own(document):
        found = read_own(document)
    elif is_avid(document):
        found = read_avid(document)
    else:
        raise refused(
            _("This JSON is neither an AVID report nor an export of Assay. Choose another file."),
            "unknown-format",
        )
    for one in repeated:
        found["unmapped"].append({"path": f"/{one.key}", "value": one.value, "why": "repeated"})
    return _numbered(found, document)


def _numbered(found: CaseRecord, document: Any) -> CaseRecord:
    """A report without a number of its own is known by its content."""
    found["external_id"] = found["external_id"].strip()[:120]
    if not found["external_id"]:
        found["external_id"] = f"sha256:{sha256_hex(canonical(document))[:24]}"
    return found
