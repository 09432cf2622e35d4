"""Which column means what: guessed for the form, checked before a run."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from evaluations.checks.spec import CheckSpec
from ledger.errors import Refused
from models_registry.reading.profile import ColumnProfile, TableProfile

LABELS = ("y_true", "label", "target", "truth", "actual", "ground_truth", "outcome", "y")
PREDICTIONS = ("y_pred", "prediction", "predicted", "pred", "decision", "predicted_label")
SCORES = ("y_score", "score", "probability", "proba", "y_proba", "y_pred_proba", "p", "prob")
POSITIVES = ("1", "true", "yes", "positive", "1.0", "y", "t")
FEW, MANY = 10, 30
MAX_FEATURES = 500
MAIN_ROLES = ("y_true", "y_pred", "y_score", "positive", "features", "slices", "sensitive")
MORE_ROLES = (
    "y_base", "id", "time", "label_time", "member", "latency", "cost", "failed", "quasi",
    "class_scores", "perturbed", "answer", "expected", "canary", "raters",
)  # fmt: skip
ROLES = (*MAIN_ROLES, *MORE_ROLES)
MANY_ROLES = ("features", "slices", "sensitive", "quasi", "class_scores", "perturbed", "raters")
# Names of columns, or of parts of them, that give a role away.
SENSITIVE = ("sex", "gender", "age", "age_band", "race", "ethnicity", "disability", "religion",
             "nationality", "marital_status")  # fmt: skip
NAMED = {
    "y_base": ("baseline", "old_pred", "champion", "y_base", "previous_prediction"),
    "id": ("id", "row_id", "case_id", "customer_id", "identifier", "uuid"),
    "label_time": ("label_time", "labelled_at", "labeled_at", "outcome_date"),
    "time": ("timestamp", "time", "date", "datetime", "created_at", "event_time"),
    "member": ("member", "in_training", "is_train", "split"),
    "latency": ("latency", "latency_ms", "duration", "duration_ms", "response_time"),
    "cost": ("cost", "cost_usd", "price_per_call", "tokens"),
    "failed": ("failed", "error", "is_error"),
    "answer": ("answer", "response", "completion", "output", "generation", "draft"),
    "expected": ("expected", "reference_answer", "gold", "ideal", "expected_answer"),
    "canary": ("canary", "planted"),
}


def guess_roles(profile: TableProfile) -> dict[str, Any]:
    """Roles from names and kinds; a person confirms them before anything runs."""
    label = _named(profile, LABELS)
    prediction = _named(profile, PREDICTIONS, without={label})
    score = _named(profile, SCORES, numeric=True, without={label, prediction})
    taken = {label, prediction, score}
    rest = [c for c in profile.columns if c.name not in taken]
    features = [c.name for c in rest if _is_feature(c, profile.rows)]
    slices = [c.name for c in rest if _is_slice(c)]
    return {
        "y_true": label,
        "y_pred": prediction,
        "y_score": score,
        "positive": guess_positive(profile.column(label)),
        "features": features[:MAX_FEATURES],
        "slices": slices[:5],
        "sensitive": [c.name for c in rest if c.name.lower() in SENSITIVE][:3],
        **_more(profile, taken),
    }


def _more(profile: TableProfile, taken: set[str]) -> dict[str, Any]:
    """The rarer roles, each column given to one of them at most."""
    found: dict[str, Any] = {"quasi": [], "class_scores": [], "perturbed": [], "raters": []}
    used = set(taken)
    for role, names in NAMED.items():
        by_name = {c.name.lower(): c.name for c in profile.columns if c.name not in used}
        found[role] = next((by_name[name] for name in names if name in by_name), "")
        used.add(found[role])
    return found


def guess_positive(column: ColumnProfile | None) -> str:
    """The label that most likely means yes."""
    if column is None or not column.levels:
        return "1"
    lowered = {level.lower(): level for level in column.levels}
    found = next((lowered[text] for text in POSITIVES if text in lowered), None)
    return found if found is not None else sorted(column.levels)[-1]


def _named(
    profile: TableProfile,
    names: Iterable[str],
    *,
    numeric: bool = False,
    without: Iterable[str] = (),
) -> str:
    """The first column that is called like one of `names`, or contains it as a word."""
    usable = [c for c in profile.columns if c.name not in without and (c.numeric or not numeric)]
    by_name = {c.name.lower(): c.name for c in usable}
    exact = next((by_name[name] for name in names if name in by_name), "")
    if exact:
        return exact
    for name in (name for name in names if len(name) > 3):
        for lowered, column in by_name.items():
            if lowered.startswith(name + "_") or lowered.endswith("_" + name):
                return column
    return ""


def _is_feature(column: ColumnProfile, rows: int) -> bool:
    if column.kind not in ("integer", "number", "boolean", "text") or column.distinct < 2:
        return False
    identifier = column.kind in ("integer", "text") and column.distinct >= 0.9 * rows > MANY
    return not identifier


def _is_slice(column: ColumnProfile) -> bool:
    return column.kind in ("text", "boolean") and 2 <= column.distinct <= FEW


def checked_roles(
    spec: CheckSpec,
    roles: Mapping[str, Any],
    current: TableProfile,
    reference: TableProfile | None,
) -> dict[str, Any]:
    """The roles that `spec` needs, checked against the tables' columns.

    Raises Refused, with the field's name, for a role that is missing or does not fit.
    """
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise Refused(_("There is no role “%(name)s”.") % {"name": unknown[0]}, field="roles")
    cleaned: dict[str, Any] = {
        name: _names(roles.get(name)) if name in MANY_ROLES else str(roles.get(name) or "")
        for name in ROLES
    }
    cleaned["positive"] = cleaned["positive"] or "1"
    _check_columns(spec, cleaned, current, reference)
    if "y_true" in spec.requires and spec.labels:
        _check_positive(cleaned, current)
    if "y_score" in spec.requires:
        _check_score(cleaned["y_score"], current, chance=spec.probabilities)
    return cleaned


def _check_columns(
    spec: CheckSpec,
    roles: Mapping[str, Any],
    current: TableProfile,
    reference: TableProfile | None,
) -> None:
    """Refuse needed roles without a column and columns that a table does not have."""
    if spec.one_of and not any(roles[role] for role in spec.one_of):
        raise Refused(
            _("The check “%(check)s” needs one of the roles %(roles)s. Choose a column.")
            % {"check": _(spec.title), "roles": ", ".join(spec.one_of)},
            code="missing-role",
            field=spec.one_of[0],
        )
    given = [role for role in (*spec.one_of, *spec.optional) if roles[role]]
    for role in (*spec.requires, *given):
        _check_role(spec, role, roles[role], current, _("table"))
    if reference is None:
        return
    also = spec.requires if spec.reference == "optional" else ()
    for role in (*also, *spec.reference_requires):
        _check_role(spec, role, roles[role], reference, _("reference table"))


def _names(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise Refused(_("Roles of several columns are lists of names."), field="roles")
    names = list(dict.fromkeys(str(name) for name in value))
    if len(names) > MAX_FEATURES:
        raise Refused(
            _("At most %(limit)s columns can be compared at once.") % {"limit": MAX_FEATURES},
            field="features",
        )
    return names


def _check_role(
    spec: CheckSpec, role: str, value: str | list[str], profile: TableProfile, table: str
) -> None:
    names = [value] if isinstance(value, str) else value
    if not names or names == [""]:
        raise Refused(
            _("The check “%(check)s” needs the role %(role)s. Choose its column.")
            % {"check": _(spec.title), "role": role},
            code="missing-role",
            field=role,
        )
    for name in names:
        if profile.column(name) is None:
            raise Refused(
                _("The %(table)s has no column “%(column)s”. It has: %(names)s.")
                % {
                    "table": table,
                    "column": name,
                    "names": ", ".join(c.name for c in profile.columns[:12]),
                },
                code="missing-column",
                field=role,
            )


def _check_positive(roles: Mapping[str, Any], profile: TableProfile) -> None:
    column = profile.column(roles["y_true"])
    if column is None or not column.levels:
        if column is not None and column.distinct > 0:
            raise Refused(
                _("Column “%(column)s” has %(n)s different values, so it is no label column.")
                % {"column": column.name, "n": column.distinct},
                code="not-labels",
                field="y_true",
            )
        raise Refused(_("The label column is empty."), code="empty-column", field="y_true")
    if not any(_same(level, roles["positive"]) for level in column.levels):
        raise Refused(
            _("“%(label)s” is not a label in “%(column)s”. The labels are: %(levels)s.")
            % {
                "label": roles["positive"],
                "column": column.name,
                "levels": ", ".join(column.levels[:10]),
            },
            code="unknown-label",
            field="positive",
        )


def _same(level: str, label: str) -> bool:
    try:
        return float(level) == float(label)
    except ValueError:
        return level.lower() == label.lower() if level in ("true", "false") else level == label


def _check_score(name: str, profile: TableProfile, *, chance: bool) -> None:
    column = profile.column(name)
    if column is None:
        return
    if not column.numeric:
        raise Refused(
            _("Column “%(column)s” holds text, such as “%(example)s”; a score is a number.")
            % {"column": name, "example": (column.examples or [""])[0]},
            code="not-numeric",
            field="y_score",
        )
    low, high = float(column.minimum or 0), float(column.maximum or 0)
    if chance and (low < 0 or high > 1 or column.infinite):
        raise Refused(
            _(
                "Column “%(column)s” goes from %(low)s to %(high)s, but this check needs "
                "probabilities between 0 and 1."
            )
            % {"column": name, "low": column.minimum, "high": column.maximum},
            code="not-probability",
            field="y_score",
        )
