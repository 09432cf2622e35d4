"""Choosing among the checks of the catalogue."""

from collections.abc import Mapping
from typing import Any

from evaluations.checks.catalogue import CATALOGUE
from evaluations.checks.spec import CheckSpec


def families() -> list[str]:
    """The families that occur, in the catalogue's order."""
    return list(dict.fromkeys(spec.family for spec in CATALOGUE.values() if spec.family))


def subcategories() -> list[str]:
    """The subcategories that any check speaks to, sorted."""
    found = {key for spec in CATALOGUE.values() for key, _why in spec.rmf}
    return sorted(found, key=_in_order)


def used_roles() -> list[str]:
    """The roles of columns that any check needs, in the catalogue's order."""
    return list(dict.fromkeys(r for s in CATALOGUE.values() for r in (*s.requires, *s.one_of)))


def for_tables() -> list[CheckSpec]:
    """The checks that can be started on a table: all but those of imported files."""
    return [spec for spec in CATALOGUE.values() if spec.reads != "file"]


def chosen_checks(wanted: Mapping[str, Any]) -> list[CheckSpec]:
    """The checks of a family, of a subcategory, and that need a role; empty means any."""
    return [spec for spec in CATALOGUE.values() if _fits(spec, wanted)]


def _fits(spec: CheckSpec, wanted: Mapping[str, Any]) -> bool:
    family, rmf, role = (wanted.get(name) for name in ("family", "rmf", "role"))
    return (
        (not family or spec.family == family)
        and (not rmf or rmf in dict(spec.rmf))
        and (not role or role in (*spec.requires, *spec.one_of))
    )


def _in_order(key: str) -> tuple[str, list[int]]:
    name, _space, number = key.partition(" ")
    return name, [int(part) for part in number.split(".") if part.isdecimal()]
