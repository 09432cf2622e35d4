"""The records of evaluations."""

from evaluations.models.external import ExternalResult
from evaluations.models.monitors import Monitor, MonitorWindow
from evaluations.models.proposals import Proposal
from evaluations.models.runs import CheckRun, CheckRunQuerySet, MetricResult, Verdict

__all__ = [
    "CheckRun",
    "CheckRunQuerySet",
    "ExternalResult",
    "MetricResult",
    "Monitor",
    "MonitorWindow",
    "Proposal",
    "Verdict",
]
