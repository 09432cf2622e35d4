"""All checks, by id. The web process reads this; only the engine's child loads the code."""

from evaluations.checks.spec import CheckSpec
from evaluations.checks.specs.calibration import CALIBRATION
from evaluations.checks.specs.drift import DRIFT
from evaluations.checks.specs.performance import CLASSIFICATION
from evaluations.checks.specs.slices import SLICES

CATALOGUE: dict[str, CheckSpec] = {
    spec.id: spec for spec in (CLASSIFICATION, CALIBRATION, DRIFT, SLICES)
}
