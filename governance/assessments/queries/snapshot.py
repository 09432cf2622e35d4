"""What a signature stands under: the whole assessment as canonical JSON (RFC 8785)."""

from collections import defaultdict
from typing import Any

from governance.assessments.models import Assessment, EvidenceLink, SignOff
from governance.assessments.queries.answers import rows, score
from governance.assessments.queries.evidence import links_of
from ledger.canonical import canonical, plain, sha256_hex
from vault.queries import MissingBytes, read_bytes

SCHEMA = "assay/assessment-snapshot/1"


def snapshot(assessment: Assessment) -> dict[str, Any]:
    """Everything that the assessment says, as plain data; people by id, evidence by digest."""
    found = list(rows(assessment))
    links: dict[int, list[Any]] = defaultdict(list)
    ids = {pk for row in found for pk in (row.answer_id, _source(row)) if pk}
    for link in links_of(assessment, ids):
        links[link.answer_id].append(_link(link))
    reached = score(found)
    data = {
        "schema": SCHEMA,
        "assessment": _head(assessment),
        "score": {
            "sum": sum(r.counted or 0 for r in found),
            "rated": reached.rated,
            "done": reached.done,
            "total": reached.total,
        },
        "answers": [_row(row, links) for row in found],
    }
    return dict(plain(data))


def snapshot_bytes(assessment: Assessment) -> bytes:
    """The same as the bytes that are hashed and kept."""
    return canonical(snapshot(assessment))


def binding_of(signature: SignOff) -> str:
    """SHA-256 over the canonical JSON of digest, name, signer, meaning, remarks and time."""
    return sha256_hex(
        canonical(
            plain(
                {
                    "digest": signature.digest,
                    "name": signature.signer_name,
                    "signer": signature.signer_id,
                    "meaning": str(signature.meaning),
                    "remarks": signature.remarks,
                    "signed_at": signature.signed_at,
                }
            )
        )
    )


def signature_problems(signature: SignOff) -> list[str]:
    """What of ``digest``, ``file`` and ``binding`` no longer agrees with the records; none is good.

    The snapshot is made again from the records as they are and held against what was signed.
    """
    problems = []
    if sha256_hex(snapshot_bytes(signature.assessment)) != signature.digest:
        problems.append("digest")
    try:
        kept = sha256_hex(read_bytes(signature.file.digest))
    except MissingBytes:
        kept = ""
    if kept != signature.digest:
        problems.append("file")
    if binding_of(signature) != signature.binding:
        problems.append("binding")
    return problems


def _head(assessment: Assessment) -> dict[str, Any]:
    version = assessment.framework_version
    # Only where there is one: snapshots that were signed before have no such line.
    profile = assessment.profile
    against = {"profile": [profile.key, profile.items_digest]} if profile else {}
    return {
        **against,
        "key": assessment.key,
        "title": assessment.title,
        "subject": str(assessment.subject),
        "unit": assessment.unit_id,
        "system": assessment.system_id,
        "model_version": assessment.model_version_id,
        "framework": version.key,
        "structure": version.structure_digest,
        "period_start": assessment.period_start,
        "period_end": assessment.period_end,
        "inherits_from": assessment.inherits_from_id,
        "previous": assessment.previous_id,
        "submitted_at": assessment.submitted_at,
        "signed_at": assessment.signed_at,
    }


def _source(row: Any) -> int | None:
    """The answer of the organisation that stands for this row, if one does."""
    return row.organisation_answer_id if row.progress == "inherited" else None


def _row(row: Any, links: dict[int, list[Any]]) -> dict[str, Any]:
    standing = _source(row) or row.answer_id
    return {
        "key": row.key,
        "progress": str(row.progress),
        "origin": str(row.origin),
        "answer": standing,
        "applicability": str(row.applicability),
        "level": row.level,
        "counted": row.counted,
        "said": row.said,
        "owner": row.owner_id,
        "due_date": row.due_date,
        "saved_by": row.saved_by_id,
        "version": row.answer_version,
        "review": str(row.review),
        "evidence": links.get(standing, []) if standing else [],
    }


def _link(link: EvidenceLink) -> dict[str, Any]:
    evidence = link.evidence
    return {
        "evidence": evidence.pk,
        "title": evidence.title,
        "sha256": evidence.file.digest if evidence.file else "",
        "url": evidence.url,
        "record": evidence.record,
        "effective_from": evidence.effective_from,
        "effective_to": evidence.effective_to,
        "expires_on": evidence.expires_on,
        "shows": link.shows,
        "verdict": str(link.verdict),
        "decided_by": link.decided_by_id,
    }
