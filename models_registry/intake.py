"""The intake of an AI system: a few plain questions, and the tier that the answers lead to.

Data and pure functions. The tier says how material a use is: how much stands open to it
(exposure) and what its output is used for (purpose). That pairing is the idea of the joint
guidance SR 26-2 of the US banking supervisors; the questions, the weights and all words are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

Text = str | Promise

QUESTIONNAIRE = 1
"""Kept with the answers: a later change of the questions does not rewrite what was answered."""

NOT_KNOWN = "not_known"


class Side(StrEnum):
    """What a question is about."""

    EXPOSURE = "exposure"
    PURPOSE = "purpose"


class Level(StrEnum):
    """How much of it there is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


SIDE_WORDS: dict[Side, Text] = {Side.EXPOSURE: _("Exposure"), Side.PURPOSE: _("Purpose")}
LEVEL_WORDS: dict[Level, Text] = {
    Level.LOW: _("low"),
    Level.MEDIUM: _("medium"),
    Level.HIGH: _("high"),
}


@dataclass(frozen=True)
class Choice:
    """One answer; ``weight`` from 0, harmless, to 3."""

    value: str
    label: Text
    weight: int


@dataclass(frozen=True)
class Question:
    """One question with its answers, the mildest first."""

    key: str
    side: Side
    label: Text
    hint: Text
    choices: tuple[Choice, ...]

    @property
    def worst(self) -> int:
        """The greatest weight; an answer that is not known counts as much."""
        return max(choice.weight for choice in self.choices)

    def choice(self, value: str) -> Choice:
        """The choice of that value. Raises ``KeyError`` when there is none."""
        return {c.value: c for c in self.all_choices}[value]

    @property
    def all_choices(self) -> tuple[Choice, ...]:
        """The choices and, last, that it is not known."""
        return (*self.choices, Choice(NOT_KNOWN, _("Not known yet"), self.worst))


QUESTIONS: tuple[Question, ...] = (
    Question(
        "people",
        Side.EXPOSURE,
        _("How many people does its output touch in a year?"),
        _("Count also those who never see it, such as applicants that it ranks."),
        (
            Choice("none", _("Nobody outside the team"), 0),
            Choice("hundreds", _("Up to 1,000"), 1),
            Choice("thousands", _("Up to 100,000"), 2),
            Choice("more", _("More than 100,000"), 3),
        ),
    ),
    Question(
        "vulnerable",
        Side.EXPOSURE,
        _("Are people among them who can hardly defend themselves?"),
        _("Children, patients, people in debt or in need, people who depend on you."),
        (
            Choice("no", _("No"), 0),
            Choice("some", _("Some"), 2),
            Choice("mainly", _("Mainly such people"), 3),
        ),
    ),
    Question(
        "personal_data",
        Side.EXPOSURE,
        _("Which personal data does it work on?"),
        _("Special kinds: health, faith, origin, views, sexual life, biometric and genetic data."),
        (
            Choice("none", _("None"), 0),
            Choice("ordinary", _("Ordinary personal data"), 1),
            Choice("special", _("Special kinds, or criminal records"), 3),
        ),
    ),
    Question(
        "reach",
        Side.EXPOSURE,
        _("Who can send it input or meets its output directly?"),
        _("Whatever the public can reach will be probed and misread."),
        (
            Choice("staff", _("Our own staff"), 0),
            Choice("partners", _("Business partners, or customers known to us"), 1),
            Choice("public", _("Everybody"), 2),
        ),
    ),
    Question(
        "independence",
        Side.EXPOSURE,
        _("How far does it act without a person?"),
        _("As it works today, not as the manual says."),
        (
            Choice("assists", _("It assists; a person does the work"), 0),
            Choice("approves", _("A person approves each act"), 1),
            Choice("supervised", _("It acts alone; a person watches and can stop it"), 2),
            Choice("unattended", _("It acts alone and unattended"), 3),
        ),
    ),
    Question(
        "replaceable",
        Side.EXPOSURE,
        _("Could the work go on if it stopped today?"),
        "",
        (
            Choice("yes", _("Yes, at once"), 0),
            Choice("slower", _("Yes, but slower or worse"), 1),
            Choice("no", _("No"), 2),
        ),
    ),
    Question(
        "decision",
        Side.PURPOSE,
        _("What part does it have in decisions about people?"),
        "",
        (
            Choice("none", _("None"), 0),
            Choice("informs", _("It informs a person who decides"), 1),
            Choice("recommends", _("It recommends; a person decides"), 1),
            Choice("decides_reviewed", _("It decides; a person can overrule"), 2),
            Choice("decides", _("It decides alone"), 3),
        ),
    ),
    Question(
        "stake",
        Side.PURPOSE,
        _("What does a person stand to lose by a wrong output?"),
        _("Think of the worst output that could well happen."),
        (
            Choice("nothing", _("Nothing worth mentioning"), 0),
            Choice("comfort", _("Time, comfort, a small sum"), 1),
            Choice("access", _("Money that hurts, work, a home, credit, schooling"), 2),
            Choice("rights", _("Liberty, a basic right, health or life"), 3),
        ),
    ),
    Question(
        "undo",
        Side.PURPOSE,
        _("Can a wrong outcome be put right?"),
        "",
        (
            Choice("easily", _("Easily, before harm is done"), 0),
            Choice("effort", _("With effort, after a complaint"), 1),
            Choice("hardly", _("Hardly, or not at all"), 3),
        ),
    ),
    Question(
        "money",
        Side.PURPOSE,
        _("How much of the organisation's own money or good name hangs on it?"),
        "",
        (
            Choice("little", _("Little"), 0),
            Choice("noticed", _("The unit would notice"), 1),
            Choice("material", _("The whole organisation would notice"), 3),
        ),
    ),
    Question(
        "listed",
        Side.PURPOSE,
        _("Does the use belong to an area that Annex III of the EU AI Act lists?"),
        _(
            "Biometrics, critical infrastructure, education, employment, essential services such "
            "as credit or insurance, policing, migration, justice and elections. Answer it also "
            "where the regulation does not apply."
        ),
        (
            Choice("no", _("No"), 0),
            Choice("near", _("Near one of them"), 1),
            Choice("yes", _("Yes"), 3),
        ),
    ),
)
_BY_KEY = {question.key: question for question in QUESTIONS}

# Sums of weights from which a side is medium or high.
_FROM = {Side.EXPOSURE: (4, 8), Side.PURPOSE: (4, 7)}
_TIERS = {
    (Level.LOW, Level.LOW): 3,
    (Level.LOW, Level.MEDIUM): 3,
    (Level.LOW, Level.HIGH): 2,
    (Level.MEDIUM, Level.LOW): 3,
    (Level.MEDIUM, Level.MEDIUM): 2,
    (Level.MEDIUM, Level.HIGH): 1,
    (Level.HIGH, Level.LOW): 2,
    (Level.HIGH, Level.MEDIUM): 1,
    (Level.HIGH, Level.HIGH): 1,
}
"""Tier by (exposure, purpose)."""

# An answer of this weight makes its side at least medium, however mild the others are.
_GRAVE = 3


class UnansweredQuestions(ValueError):
    """Some questions have no answer, or one that the questionnaire does not know."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


@dataclass(frozen=True)
class Driver:
    """An answer that raises the tier."""

    question: Question
    choice: Choice

    def __str__(self) -> str:
        return f"{self.question.label} {self.choice.label}"


@dataclass(frozen=True)
class Tiering:
    """The tier (1 gets the most scrutiny), both levels, and what drove them, gravest first."""

    tier: int
    exposure: Level
    purpose: Level
    drivers: tuple[Driver, ...]

    @property
    def levels(self) -> tuple[tuple[Text, Text], ...]:
        """Both sides with their levels, in words."""
        return (
            (SIDE_WORDS[Side.EXPOSURE], LEVEL_WORDS[self.exposure]),
            (SIDE_WORDS[Side.PURPOSE], LEVEL_WORDS[self.purpose]),
        )

    def reason(self) -> str:
        """The tiering as the reason of a tier, in Markdown."""
        head = _now("By the intake: exposure %(exposure)s, purpose %(purpose)s.") % {
            "exposure": LEVEL_WORDS[self.exposure],
            "purpose": LEVEL_WORDS[self.purpose],
        }
        return "\n".join([head, *(["", *(f"- {d}" for d in self.drivers)] if self.drivers else [])])


def compute_tier(answers: Mapping[str, str]) -> Tiering:
    """The tier that ``answers`` (question key → choice value) lead to.

    Each side adds up the weights of its answers; one grave answer makes its side at least medium;
    the tier is read from a table of both levels. A worse answer never lowers the scrutiny, and an
    answer that is not known counts as the worst. Raises ``UnansweredQuestions``.
    """
    missing = [q.key for q in QUESTIONS if not _known(q, answers.get(q.key))]
    if missing:
        raise UnansweredQuestions(missing)
    given = [Driver(q, q.choice(answers[q.key])) for q in QUESTIONS]
    exposure, purpose = _level(Side.EXPOSURE, given), _level(Side.PURPOSE, given)
    drivers = sorted(
        (driver for driver in given if driver.choice.weight >= 2),
        key=lambda driver: -driver.choice.weight,
    )
    return Tiering(_TIERS[exposure, purpose], exposure, purpose, tuple(drivers))


def _known(question: Question, value: str | None) -> bool:
    return value in {choice.value for choice in question.all_choices}


def _level(side: Side, given: list[Driver]) -> Level:
    weights = [d.choice.weight for d in given if d.question.side == side]
    medium, high = _FROM[side]
    if sum(weights) >= high:
        return Level.HIGH
    if sum(weights) >= medium or max(weights) >= _GRAVE:
        return Level.MEDIUM
    return Level.LOW


def stored(answers: Mapping[str, str]) -> dict[str, object]:
    """``answers`` as a system keeps them."""
    return {"questionnaire": QUESTIONNAIRE, "answers": dict(answers)}


def answers_of(kept: Mapping[str, object]) -> dict[str, str]:
    """The answers that a system keeps, as far as today's questionnaire knows them."""
    found = kept.get("answers")
    if not isinstance(found, Mapping):
        return {}
    return {k: v for k, v in found.items() if k in _BY_KEY and _known(_BY_KEY[k], v)}


def in_words(kept: Mapping[str, object]) -> dict[str, tuple[Text, Text]]:
    """Question and answer in words for each answer that a system keeps, by key."""
    return {
        key: (_BY_KEY[key].label, _BY_KEY[key].choice(value).label)
        for key, value in answers_of(kept).items()
    }


def tiering_of(kept: Mapping[str, object]) -> Tiering | None:
    """The tiering of the answers that a system keeps; ``None`` while any is missing."""
    try:
        return compute_tier(answers_of(kept))
    except UnansweredQuestions:
        return None
