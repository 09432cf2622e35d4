"""The shape of a card's snapshot: everything that the printed model card may say, as JSON types.

The same rules as in ``reports.shape``: UTC times, lower-case digests, `None` for what is not known.
"""

from typing import TypedDict

from reports.shape import CheckpointPart, ReportPart

CARD_SCHEMA = "assay.report.model-card/1"


class IdentityPart(TypedDict):
    """`facts` are pairs of label and value about the model and its version."""

    model: str
    version: str
    unit: str
    state: str
    facts: list[list[str]]
    content_digest: str | None
    artifact_set_digest: str | None


class RevisionPart(TypedDict):
    number: int
    state: str
    state_label: str
    note: str
    written_at: str
    written_by: str
    reviewed_by: str
    completeness: int
    digest: str
    printed: bool


class ChapterPart(TypedDict):
    """A merged field with its texts; `elsewhere` names fields that show the same sections."""

    label: str
    texts: list[str]
    elsewhere: list[str]


class SectionPart(TypedDict):
    title: str
    line: int
    text: str


class CorePart(TypedDict):
    label: str
    why: str
    filled: bool


class NumberPart(TypedDict):
    """A number of the card and the newest result of its metric, if there is one."""

    name: str
    about: str
    line: int
    says: str
    estimate: float | None
    low: float | None
    high: float | None
    n: int | None
    run: str
    dataset: str
    finished_at: str | None
    outcome: str


class StepPart(TypedDict):
    what: str
    by: str
    at: str
    reason: str


class PrintedCardPart(TypedDict):
    key: str
    title: str
    revision: int
    newest: int
    state: str
    state_label: str
    format: str
    original_name: str
    original_digest: str
    original_size: int
    facts: list[ChapterPart]
    chapters: list[ChapterPart]
    loose: list[SectionPart]
    left_over: str
    problems: list[str]


class CardSnapshot(TypedDict):
    schema: str
    report: ReportPart
    identity: IdentityPart
    card: PrintedCardPart
    completeness: list[CorePart]
    numbers: list[NumberPart]
    revisions: list[RevisionPart]
    steps: list[StepPart]
    checkpoint: CheckpointPart
