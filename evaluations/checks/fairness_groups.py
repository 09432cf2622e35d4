"""Groups of the sensitive columns: each alone, and their intersection."""

from evaluations.checks import groups
from evaluations.engine.expressions import rows_of
from evaluations.engine.protocol import Baseline, Query, Roles, Schema

LEAST = 30
MAX_GROUPS = 20
TOGETHER = " × "


def freeze(query: Query, schema: Schema, roles: Roles) -> Baseline:
    """Levels or bands of each sensitive column."""
    table = rows_of(schema)
    return {
        column: groups.freeze(query, table, column, schema[column], LEAST, MAX_GROUPS)
        for column in roles.sensitive
        if column in schema
    }


def groupings(baseline: Baseline) -> dict[str, list[str]]:
    """Name and columns of each way of grouping; the intersection is of the first three columns."""
    found = {column: [column] for column in baseline}
    if len(baseline) > 1:
        columns = list(baseline)[:3]
        found[TOGETHER.join(columns)] = columns
    return found
