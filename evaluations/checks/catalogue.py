"""All checks, by id. The web process reads this; only the engine's child loads the code."""

from evaluations.checks import plugins
from evaluations.checks.spec import CheckSpec
from evaluations.checks.specs.accuracy import BASELINE, RANKING, REGRESSION
from evaluations.checks.specs.calibration import CALIBRATION
from evaluations.checks.specs.data import FRESHNESS, IMBALANCE, QUALITY
from evaluations.checks.specs.data_labels import NOISE
from evaluations.checks.specs.drift import DRIFT, DRIFT_PREDICTION, DRIFT_TARGET
from evaluations.checks.specs.estimates import DECAY, ESTIMATED, MULTIVARIATE
from evaluations.checks.specs.external import EXTERNAL
from evaluations.checks.specs.fairness import GROUP_CALIBRATION, PARITY
from evaluations.checks.specs.generative import (
    AGREEMENT,
    ANSWERS,
    DUPLICATES,
    MATCH,
    SECRETS,
    STRUCTURE,
)
from evaluations.checks.specs.leakage import OVERLAP, TARGET
from evaluations.checks.specs.operations import LATENCY
from evaluations.checks.specs.performance import CLASSIFICATION
from evaluations.checks.specs.plan import POWER
from evaluations.checks.specs.privacy import K_ANONYMITY, MEMBERSHIP, PII
from evaluations.checks.specs.security import ARTIFACTS, PERTURBATION, POISONING
from evaluations.checks.specs.slices import DISCOVERY, SLICES

BUILT_IN: dict[str, CheckSpec] = {
    spec.id: spec
    for spec in (
        CLASSIFICATION,
        RANKING,
        REGRESSION,
        BASELINE,
        CALIBRATION,
        SLICES,
        DISCOVERY,
        ESTIMATED,
        DECAY,
        PARITY,
        GROUP_CALIBRATION,
        DRIFT,
        DRIFT_PREDICTION,
        DRIFT_TARGET,
        MULTIVARIATE,
        QUALITY,
        FRESHNESS,
        IMBALANCE,
        TARGET,
        OVERLAP,
        NOISE,
        MEMBERSHIP,
        K_ANONYMITY,
        PII,
        PERTURBATION,
        POISONING,
        ARTIFACTS,
        LATENCY,
        ANSWERS,
        STRUCTURE,
        MATCH,
        DUPLICATES,
        SECRETS,
        AGREEMENT,
        POWER,
        EXTERNAL,
    )
}
CATALOGUE: dict[str, CheckSpec] = {
    **BUILT_IN,
    **{spec.id: spec for spec in plugins.found(frozenset(BUILT_IN))},
}
