"""A snapshot made by hand in the shape of reports.shape, of realistic size, for renderer tests."""

import hashlib
import json
from pathlib import Path
from typing import Any

from reports.parts import body_plans, front_plan

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures" / "frameworks"
TEXT = (
    "The team keeps a **register of duties** with an owner for each entry. It was last read "
    "against the statute book in September; two entries have no owner yet.\n\n"
    "- duties from consumer credit law\n- duties from data protection law\n"
)


def digest(of: object) -> str:
    return hashlib.sha256(str(of).encode()).hexdigest()


def _functions(answered: int) -> list[dict[str, Any]]:
    rows = json.loads((FIXTURES / "rmf-own-words.json").read_text())["subcategories"]
    vocabulary = json.loads((FIXTURES / "vocab-own-words.json").read_text())
    categories = {c["id"]: c["title"] for c in vocabulary["categories"]}
    functions = []
    for entry in vocabulary["functions"]:
        mine = [r for r in rows if r["id"].startswith(entry["id"] + " ")]
        keys = list(dict.fromkeys(r["id"].rsplit(".", 1)[0] for r in mine))
        functions.append(
            {
                "key": entry["id"],
                "title": entry["title"],
                "about": entry["paraphrase"],
                "categories": [
                    {
                        "key": key,
                        "title": categories[key],
                        "answers": [
                            _answer(r, rows.index(r), answered)
                            for r in mine
                            if r["id"].rsplit(".", 1)[0] == key
                        ],
                    }
                    for key in keys
                ],
            }
        )
    return functions


def _answer(row: dict[str, Any], index: int, answered: int) -> dict[str, Any]:
    done = (index * 29) % 72 < answered
    excluded = done and index % 17 == 5
    measured = row["id"].startswith("MEASURE 2")
    return {
        "key": row["id"],
        "title": row["title"],
        "question": row["question"],
        "applicability": "no" if excluded else "yes" if done else "",
        "applicability_label": "not applicable" if excluded else "",
        "answered": done,
        "applies": not excluded,
        "level": index % 5 if done and not excluded else None,
        "level_label": ("absent", "begun", "in part", "in place", "improving")[index % 5],
        "text": TEXT if done else "",
        "origin": "carried over, confirmed" if done and index % 9 == 0 else "",
        "by": "Amara Osei" if done else "",
        "at": "2026-11-20T09:12:00Z" if done else None,
        "evidence": [
            {"label": "Run 14 · Calibration", "verdict": "fail", "anchor": "run-14"},
            {"label": "Run 12 · Performance", "verdict": "pass", "anchor": "run-12"},
        ]
        if measured and done
        else [],
    }


def _evidence(count: int) -> list[dict[str, Any]]:
    return [
        {
            "kind": ("model card, original", "data set", "check input")[i % 3],
            "title": f"applications-part-{i:03d}.parquet",
            "source": f"Run {12 + i % 4}",
            "digest": digest(i),
            "size": 18_000 + i * 977,
            "recorded_at": "2026-11-21T07:00:00Z",
        }
        for i in range(count)
    ]


def snapshot(*, answered: int = 40, evidence: int = 12) -> Any:
    """A credit limit system with four runs, two incidents and `answered` of 72 answers."""
    found = json.loads((Path(__file__).parent / "credit-limit.json").read_text())
    return {**found, "functions": _functions(answered), "evidence": _evidence(evidence)}


def as_html(frozen: Any) -> str:
    """Every part of the printed document, one after another."""
    return "".join(plan.html for plan in (front_plan(frozen, {}), *body_plans(frozen)))
