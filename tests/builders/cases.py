"""Reports in the formats of others, written by us."""

import json
from typing import Any

from incidents.actions.cases import apply_import, plan_import
from incidents.exchange.atlas import Lookup
from incidents.exchange.reading import lookup_in, read_file
from incidents.exchange.record import CaseRecord
from incidents.models import CaseImport, CaseReport
from tests.world import World

TACTICS = b"""---
- &initial_access
  id: AML.TA0004
  name: Initial Access
  object-type: tactic
- &execution
  id: AML.TA0005
  name: Execution
  object-type: tactic
- &pi_indirect
  id: AML.T0051.001
  name: Indirect
  object-type: technique
- &llm_plugin_compromise
  id: AML.T0053
  name: Tool Invocation
  object-type: technique
"""
LOOKUP: Lookup = lookup_in("tactics.yaml", TACTICS)

STUDY = b"""---
id: AML.CS9001
name: A helpdesk assistant reads a poisoned ticket
object-type: case-study
summary: A ticket told the assistant to copy other tickets into its answer.
incident-date: 2025-03-01
incident-date-granularity: MONTH
procedure:
- tactic: '{{initial_access.id}}'
  technique: '{{pi_indirect.id}}'
  description: The ticket holds an order in white letters.
- tactic: '{{execution.id}}'
  technique: '{{llm_plugin_compromise.id}}'
  description: The assistant opens every ticket of the queue.
- tactic: '{{initial_access.id}}'
  technique: '{{pi_indirect.id}}'
  description: A second ticket repeats the order.
reporter: Harbour Desk
target: Harbour helpdesk assistant
actor: Red team
case-study-type: exercise
references:
- title: What we learnt
  url: https://harbour.example/learnt
"""


# One of each shape that AVID has used.
METRICS: list[dict[str, Any]] = [
    {
        "name": "",
        "detection_method": {"type": "Static Threshold", "name": "Count failed"},
        "results": {"rows": [{"detector": "loads", "passed": 3, "score": 42.5}]},
    },
    {"scorer": "choice", "metrics": "accuracy", "value": 0.904},
    {"name": "HONEST", "features": {"measured": "words", "sensitive": "gender"}},
]


def avid(number: str = "AVID-2099-R0001", **more: Any) -> dict[str, Any]:
    """A report as AVID writes it in 2026."""
    return {
        "data_type": "AVID",
        "data_version": "0.3.3",
        "metadata": {"report_id": number},
        "affects": {
            "developer": ["Harbour Vision"],
            "deployer": [],
            "artifacts": [{"type": "Model", "name": "harbour-score-1"}],
        },
        "problemtype": {
            "classof": "CVE Entry",
            "type": "Advisory",
            "description": {"lang": "eng", "value": "Harbour score loads pickles (CVE-2099-12345)"},
        },
        "metrics": METRICS,
        "references": [{"type": "source", "label": "Advisory", "url": "https://x.example/1"}],
        "description": {"lang": "eng", "value": "A crafted file runs code when the model loads."},
        "impact": _impact(),
        "credit": None,
        "reported_date": "2099-01-02",
        **more,
    }


def _impact() -> dict[str, Any]:
    return {
        "avid": {
            "risk_domain": ["Security"],
            "sep_view": ["S0200: Supply Chain Compromise"],
            "lifecycle_view": [],
            "taxonomy_version": "",
        },
        "cvss": {
            "version": "3.1",
            "vectorString": "CVSS:3.1/AV:L",
            "baseScore": 7.8,
            "baseSeverity": "HIGH",
        },
        "cwe": [{"cweId": "CWE-502", "description": "Deserialization", "lang": "en"}],
        "odin": {"SocialImpactScore": "Level 3: Significant Risk"},
    }


AVID = json.dumps(avid()).encode()
OWN_FILES: dict[str, bytes] = {
    "report.json": AVID,
    "reports.jsonl": AVID + b"\n" + json.dumps(avid("AVID-2099-R0002")).encode() + b"\n",
    "study.yaml": STUDY,
    "tactics.yaml": TACTICS,
}


def studied() -> CaseRecord:
    """The case study as read."""
    (found,) = read_file("study.yaml", STUDY, LOOKUP).found
    return found.record


def imported(world: World) -> CaseImport:
    """The reports above, imported by the engineer for lending."""

    def make() -> CaseImport:
        batch = plan_import(
            by=world.engineer,
            unit=world.lending,
            files=list(OWN_FILES.items()),
            licence="Apache-2.0",
        )
        return apply_import(by=world.engineer, batch=batch)

    return world.once("imported cases", make)


def case(world: World) -> CaseReport:
    """The imported case study."""
    imported(world)
    return CaseReport.objects.get(source="atlas")
