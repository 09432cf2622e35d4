"""Catalog, assessment results, and plan of action and milestones. Pure functions.

A finding in OSCAL is satisfied or not. Satisfied means here: decided, applicable, and at level 3
("in place") or above. All else is not satisfied, what nobody decided included; what does not
apply is an excluded control. The level stands in a property of ours.
"""

from collections.abc import Callable
from typing import Any

from ledger.canonical import canonical, sha256_hex
from reports.oscal.names import VERSION, control_id, prop, stable
from reports.shape import AnswerPart, EvidencePart, RunPart, Snapshot
from reports.wording import answers_of

Json = dict[str, Any]
IN_PLACE = 3


def document(name: str, snapshot: Snapshot) -> Json:
    """The document of that name, one of `DOCUMENTS`. Raises KeyError."""
    return DOCUMENTS[name](snapshot)


def catalog(snapshot: Snapshot) -> Json:
    """The framework that was applied: groups of groups of controls."""
    key = snapshot["framework"]["key"], snapshot["framework"]["version"]
    return {
        "catalog": {
            "uuid": stable("catalog", *key),
            "metadata": _metadata(snapshot, snapshot["framework"]["name"]),
            "groups": [
                {
                    "id": control_id(function["key"]),
                    "title": function["title"],
                    "groups": [
                        {
                            "id": control_id(category["key"]),
                            "title": category["title"],
                            "controls": [_control(answer) for answer in category["answers"]],
                        }
                        for category in function["categories"]
                    ],
                }
                for function in snapshot["functions"]
            ],
        }
    }


def assessment_results(snapshot: Snapshot) -> Json:
    """One result: observations of answers and runs, and a finding for each control that applies."""
    plan = stable("plan", snapshot["system"]["key"])
    return {
        "assessment-results": {
            "uuid": stable("results", _digest(snapshot)),
            "metadata": _metadata(snapshot, f"Assessment of {snapshot['system']['name']}"),
            "import-ap": {"href": f"#{plan}"},
            "results": [_result(snapshot)],
            "back-matter": {"resources": [_plan_resource(snapshot, plan), *_resources(snapshot)]},
        }
    }


def action_plan(snapshot: Snapshot) -> Json:
    """What is left to do: controls that are not satisfied, and risks that stand."""
    left = [answer for answer in answers_of(snapshot) if answer["applies"] and not _met(answer)]
    items = [
        {
            "uuid": stable("item", snapshot["system"]["key"], answer["key"]),
            "title": f"{answer['key']} {answer['title']}",
            "description": _said(answer),
            "props": [prop("control", control_id(answer["key"]))],
        }
        for answer in left
    ]
    items += [
        {
            "uuid": stable("item", risk["key"]),
            "title": f"{risk['number']} {risk['title']}",
            "description": risk["strategy"] or risk["title"],
            "props": [prop("rating-before", risk["before"]), prop("rating-now", risk["now"])],
        }
        for risk in snapshot.get("risks", [])
    ]
    nothing = {
        "uuid": stable("item", snapshot["system"]["key"]),
        "title": "Nothing is left to do",
        "description": "Every control that applies is satisfied and no risk is on record.",
    }
    return {
        "plan-of-action-and-milestones": {
            "uuid": stable("poam", _digest(snapshot)),
            "metadata": _metadata(snapshot, f"What is left: {snapshot['system']['name']}"),
            "system-id": {"id": snapshot["system"]["key"]},
            "poam-items": items or [nothing],
        }
    }


DOCUMENTS: dict[str, Callable[[Snapshot], Json]] = {
    "catalog": catalog,
    "assessment-results": assessment_results,
    "poam": action_plan,
}


def _digest(snapshot: Snapshot) -> str:
    return sha256_hex(canonical(snapshot))


def _metadata(snapshot: Snapshot, title: str) -> Json:
    party = stable("party", snapshot["report"]["organisation"])
    return {
        "title": title,
        "last-modified": snapshot["report"]["as_of"],
        "version": snapshot["report"]["number"],
        "oscal-version": VERSION,
        "props": [prop("snapshot-sha256", _digest(snapshot))],
        "roles": [{"id": "assessor", "title": "Assessor"}],
        "parties": [
            {
                "uuid": party,
                "type": "organization",
                "name": snapshot["report"]["organisation"] or "-",
            }
        ],
        "responsible-parties": [{"role-id": "assessor", "party-uuids": [party]}],
    }


def _control(answer: AnswerPart) -> Json:
    ident = control_id(answer["key"])
    said = answer["question"] or answer["title"]
    parts = [{"id": f"{ident}_smt", "name": "statement", "prose": said}]
    return {"id": ident, "title": answer["title"], "parts": parts}


def _result(snapshot: Snapshot) -> Json:
    answers = answers_of(snapshot)
    started = snapshot["assessment"]["opened_at"] if snapshot["assessment"] else None
    runs = [run for run in snapshot["runs"] if run["latest"]]
    out = [control_id(a["key"]) for a in answers if not a["applies"]]
    selection: Json = {"include-controls": [{"control-id": control_id(a["key"])} for a in answers]}
    if out:
        selection["exclude-controls"] = [{"control-id": ident} for ident in out]
    observed = [_run_observation(snapshot, run) for run in runs]
    observed += [_answer_observation(snapshot, a) for a in answers if a["answered"]]
    by_anchor = {run["anchor"]: stable("observation", run["key"]) for run in runs}
    result: Json = {
        "uuid": stable("result", _digest(snapshot)),
        "title": snapshot["system"]["name"],
        "description": snapshot["system"]["purpose"] or "No purpose is stated.",
        "start": started or snapshot["report"]["as_of"],
        "end": snapshot["report"]["as_of"],
        "props": [prop("snapshot-sha256", _digest(snapshot))],
        "reviewed-controls": {"control-selections": [selection]},
    }
    if observed:
        result["observations"] = observed
    found = [_finding(snapshot, a, by_anchor) for a in answers if a["applies"]]
    return {**result, "findings": found} if found else result


def _run_observation(snapshot: Snapshot, run: RunPart) -> Json:
    at = run["finished_at"] or snapshot["report"]["as_of"]
    observed: Json = {
        "uuid": stable("observation", run["key"]),
        "title": run["check"],
        "description": run["headline"],
        "methods": ["TEST"],
        "types": ["finding"],
        "collected": at,
        "props": [prop("verdict", run["verdict"]), prop("run", run["number"])],
    }
    if run["dataset_digest"]:
        observed["props"].append(prop("dataset-sha256", run["dataset_digest"]))
    return observed


def _answer_observation(snapshot: Snapshot, answer: AnswerPart) -> Json:
    return {
        "uuid": stable("observation", snapshot["system"]["key"], answer["key"]),
        "title": answer["key"],
        "description": _said(answer),
        "methods": ["EXAMINE"],
        "collected": answer["at"] or snapshot["report"]["as_of"],
    }


def _finding(snapshot: Snapshot, answer: AnswerPart, by_anchor: dict[str, str]) -> Json:
    found: Json = {
        "uuid": stable("finding", snapshot["system"]["key"], answer["key"]),
        "title": f"{answer['key']} {answer['title']}",
        "description": _said(answer),
        "props": [
            prop("decided", "yes" if answer["answered"] else "no"),
            prop("level", "none" if answer["level"] is None else answer["level"]),
        ],
        "target": {
            "type": "objective-id",
            "target-id": control_id(answer["key"]),
            "status": {"state": "satisfied" if _met(answer) else "not-satisfied"},
        },
    }
    seen = [by_anchor[e["anchor"]] for e in answer["evidence"] if e["anchor"] in by_anchor]
    if answer["answered"]:
        seen.append(stable("observation", snapshot["system"]["key"], answer["key"]))
    if seen:
        found["related-observations"] = [{"observation-uuid": one} for one in seen]
    return found


def _met(answer: AnswerPart) -> bool:
    level = answer["level"]
    return answer["answered"] and answer["applies"] and level is not None and level >= IN_PLACE


def _said(answer: AnswerPart) -> str:
    if not answer["answered"]:
        return "Nobody has decided this."
    return answer["text"].strip() or "No text was written."


def _plan_resource(snapshot: Snapshot, ident: str) -> Json:
    number = snapshot["assessment"]["number"] if snapshot["assessment"] else "none"
    return {
        "uuid": ident,
        "title": f"Assessment {number}",
        "description": "The assessment in Assay: its questions are the controls of the catalog.",
    }


def _resources(snapshot: Snapshot) -> list[Json]:
    unique: dict[str, EvidencePart] = {item["digest"]: item for item in snapshot["evidence"]}
    return [
        {
            "uuid": stable("resource", digest),
            "title": item["title"],
            "description": item["kind"],
            "rlinks": [
                {
                    "href": f"urn:sha256:{digest}",
                    "hashes": [{"algorithm": "SHA-256", "value": digest}],
                }
            ],
        }
        for digest, item in unique.items()
    ]
