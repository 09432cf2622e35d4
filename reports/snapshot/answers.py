"""The framework as a tree, with what the assessment says on each subcategory."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from frameworks.models import LANGUAGE, FrameworkVersion, Node, NodeText
from frameworks.queries import Branch, tree
from governance.assessments.models import Answer, Assessment, Level, Progress
from governance.assessments.queries import INHERITED, is_capped, rows
from reports.shape import AnswerPart, AssessmentPart, EvidenceLink, FrameworkPart, FunctionPart
from reports.snapshot.texts import moment, stamp, words

APPLICABLE, NOT_APPLICABLE = Answer.Applicability.APPLICABLE, Answer.Applicability.NOT_APPLICABLE
FINISHED = (Progress.ANSWERED, Progress.INHERITED, Progress.NOT_APPLICABLE)


def framework_part(version: FrameworkVersion) -> FrameworkPart:
    """Which edition the system is measured against."""
    return {
        "key": version.framework.key,
        "name": version.framework.title,
        "version": version.label,
    }


def assessment_part(assessment: Assessment) -> AssessmentPart:
    """The head of the assessment."""
    return {
        "key": assessment.key,
        "number": f"ASM-{assessment.pk:04d}",
        "title": assessment.title,
        "state": assessment.state,
        "opened_at": stamp(assessment.created_at),
        "opened_by": words(assessment.owner),
        "updated_at": stamp(assessment.updated_at),
    }


def function_parts(
    version: FrameworkVersion,
    assessment: Assessment | None,
    evidence: dict[str, list[EvidenceLink]],
) -> list[FunctionPart]:
    """All functions with all assessable nodes in reading order; four queries at any size.

    Of an assessment against a profile only what the profile asks. `evidence` maps a node key to
    what speaks to it. Without an assessment every answer is open.
    """
    answered: dict[str, Any] = (
        {row.key: row for row in rows(assessment)} if assessment is not None else {}
    )
    narrow = assessment is not None and assessment.profile_id is not None
    texts = _texts(version)
    return [
        {
            "key": function.node.key,
            "title": function.title,
            "about": texts.get((function.node.pk, NodeText.Kind.PARAPHRASE), ""),
            "categories": [
                {
                    "key": category.node.key,
                    "title": category.title,
                    "answers": [
                        _answer(leaf, texts, answered.get(leaf.node.key), evidence)
                        for leaf in _leaves(category)
                        if not narrow or leaf.node.key in answered
                    ],
                }
                for category in function.children or [function]
            ],
        }
        for function in tree(version)
    ]


def _leaves(branch: Branch) -> Iterable[Branch]:
    """What is assessed in a branch, however deep: the AI RMF has three levels, others differ."""
    if branch.node.assessable:
        yield branch
    for child in branch.children:
        yield from _leaves(child)


def _texts(version: FrameworkVersion) -> dict[tuple[int, str], str]:
    found = NodeText.objects.filter(
        node__framework_version=version,
        origin=NodeText.Origin.OWN,
        language=LANGUAGE,
        kind__in=(NodeText.Kind.QUESTION, NodeText.Kind.PARAPHRASE),
    )
    return {(node, kind): text for node, kind, text in found.values_list("node_id", "kind", "text")}


def _answer(
    leaf: Branch,
    texts: dict[tuple[int, str], str],
    row: Any,
    evidence: dict[str, list[EvidenceLink]],
) -> AnswerPart:
    node: Node = leaf.node
    part = _open_answer(node, leaf.title, texts.get((node.pk, NodeText.Kind.QUESTION), ""))
    part["evidence"] = evidence.get(node.key, [])
    if row is None:
        return part
    inherited = row.progress == Progress.INHERITED
    if row.answer_id is None and not inherited:
        return part
    applies = row.level is not None if inherited else row.applicability == APPLICABLE
    part.update(
        {
            "applicability": str(APPLICABLE if applies else NOT_APPLICABLE),
            "applicability_label": "" if applies else words(NOT_APPLICABLE.label),
            "answered": row.progress in FINISHED,
            "applies": applies,
            "level": row.level,
            "level_label": _level_label(row),
            "text": row.said,
            "origin": _origin(row.origin),
            "by": words(row.saved_by_name),
            "at": moment(row.saved_at),
        }
    )
    return part


def _level_label(row: Any) -> str:
    """The name of the level, with what it counts as where its evidence shows less."""
    if row.level is None:
        return ""
    label = words(Level(row.level).label)
    if not is_capped(row):
        return label
    less = _("%(label)s; counts as %(counted)d, since no accepted evidence shows more")
    return words(less % {"label": label, "counted": row.counted})


def _origin(origin: str) -> str:
    """Where the words come from, unless somebody gave them here."""
    if origin == INHERITED:
        return words(_("Inherited from the organisation"))
    return words(_("Confirmed")) if origin == Answer.Origin.CONFIRMED else ""


def _open_answer(node: Node, title: str, question: str) -> AnswerPart:
    """A subcategory on which nobody has said anything."""
    return {
        "key": node.key,
        "title": title,
        "question": question,
        "applicability": "",
        "applicability_label": "",
        "answered": False,
        "applies": True,
        "level": None,
        "level_label": "",
        "text": "",
        "origin": "",
        "by": "",
        "at": None,
        "evidence": [],
    }
