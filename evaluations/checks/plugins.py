"""Checks that other distributions bring along, by entry point.

A distribution names a ``CheckSpec`` in the group ``assay.checks``. Only its description is
imported here; the code that computes is loaded in the engine's child process.
"""

import logging
from importlib.metadata import entry_points

from evaluations.checks.spec import CheckSpec

GROUP = "assay.checks"

log = logging.getLogger(__name__)


def found(taken: frozenset[str]) -> list[CheckSpec]:
    """Descriptions of installed plug-in checks, sorted by id.

    One that cannot be imported, is no CheckSpec or bears a name in `taken` is left out and
    logged: a broken plug-in must not stop the other checks.
    """
    specs: dict[str, CheckSpec] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        try:
            spec = point.load()
        except (ImportError, AttributeError, SyntaxError, TypeError, ValueError) as error:
            log.warning("The check %s cannot be loaded: %s", point.name, error)
            continue
        if not isinstance(spec, CheckSpec) or spec.id in taken or spec.id in specs:
            log.warning("The check %s is no description or its id is taken", point.name)
            continue
        specs[spec.id] = spec
    return [specs[name] for name in sorted(specs)]
