"""The shape of a snapshot: everything a report may say, as JSON types.

Times are ISO 8601 in UTC ("2026-11-23T18:00:00Z"), digests 64 lower-case hexadecimal digits.
`None` means "not stated" or "unknown", which never counts as good. Lists are in printing order.
A reader of an old report finds the same file embedded in the PDF, so fields are only ever added.
"""

from typing import Any, NotRequired, TypedDict

SCHEMA = "assay.report.rmf-system/1"


class ReportPart(TypedDict):
    number: str
    definition: str
    language: str
    as_of: str
    organisation: str
    requested_by: str
    mark: NotRequired[str]
    left_out: NotRequired[list[str]]


class SystemPart(TypedDict):
    key: str
    name: str
    unit: str
    purpose: str
    facts: list[list[str]]
    registered_at: str
    registered_by: str


class VersionPart(TypedDict):
    key: str
    model: str
    version: str
    state: str
    digest: str | None
    registered_at: str
    registered_by: str
    in_use: str | None


class CardSection(TypedDict):
    """`opens` is true for a heading that only opens the sections below it."""

    key: str
    title: str
    text: str
    opens: bool


class CardPart(TypedDict):
    key: str
    version: str
    revision: int
    state: str
    title: str
    updated_at: str
    sections: list[CardSection]
    filled: int
    expected: int
    missing: list[str]
    original_name: str
    original_digest: str | None
    original_size: int | None
    warnings: list[str]


class FigureRow(TypedDict):
    label: str
    slice: str
    estimate: float | None
    low: float | None
    high: float | None
    n: int | None
    limit: str
    verdict: str
    method: str
    reason: str
    p_adjusted: float | None


class ChartPart(TypedDict):
    """A figure as data: `kind` names the drawing function, `data` is what it is given."""

    kind: str
    caption: str
    data: dict[str, Any]


class RunPart(TypedDict):
    key: str
    anchor: str
    number: str
    check: str
    version: str
    dataset: str
    dataset_digest: str | None
    reference: str
    reference_digest: str | None
    verdict: str
    headline: str
    reasons: list[str]
    started_at: str | None
    finished_at: str | None
    latest: bool
    results_digest: str | None
    code_hash: str | None
    rows: list[FigureRow]
    rows_left_out: int
    charts: list[ChartPart]


class TimelinePart(TypedDict):
    happened_at: str
    recorded_at: str
    by: str
    text: str


class IncidentPart(TypedDict):
    key: str
    anchor: str
    number: str
    title: str
    state: str
    open: bool
    severity: str
    opened_at: str
    closed_at: str | None
    summary: str
    version: str
    run: str | None
    run_anchor: str | None
    timeline: list[TimelinePart]


class EvidenceLink(TypedDict):
    label: str
    verdict: str | None
    anchor: str | None


class AnswerPart(TypedDict):
    key: str
    title: str
    question: str
    applicability: str
    applicability_label: str
    answered: bool
    applies: bool
    level: int | None
    level_label: str
    text: str
    origin: str
    by: str
    at: str | None
    evidence: list[EvidenceLink]


class CategoryPart(TypedDict):
    key: str
    title: str
    answers: list[AnswerPart]


class FunctionPart(TypedDict):
    key: str
    title: str
    about: str
    categories: list[CategoryPart]


class AssessmentPart(TypedDict):
    key: str
    number: str
    title: str
    state: str
    opened_at: str
    opened_by: str
    updated_at: str


class FrameworkPart(TypedDict):
    key: str
    name: str
    version: str


class EvidencePart(TypedDict):
    kind: str
    title: str
    source: str
    digest: str
    size: int | None
    recorded_at: str | None


class CheckpointPart(TypedDict):
    size: int
    root: str
    origin: str
    key_id: str
    time: str
    note: str


class RiskPart(TypedDict):
    """`before` and `now` are "likelihood × impact = score"; `now` is empty while not rated."""

    key: str
    number: str
    title: str
    owner: str
    before: str
    now: str
    standing: str
    strategy: str
    measures: int
    measures_left: int


class Snapshot(TypedDict):
    schema: str
    report: ReportPart
    system: SystemPart
    versions: list[VersionPart]
    card: CardPart | None
    runs: list[RunPart]
    runs_left_out: int
    incidents: list[IncidentPart]
    framework: FrameworkPart
    assessment: AssessmentPart | None
    functions: list[FunctionPart]
    evidence: list[EvidencePart]
    risks: NotRequired[list[RiskPart]]
    checkpoint: CheckpointPart


Json = dict[str, Any]
