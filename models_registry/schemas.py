"""Input and output schemas of versions, in the manner of an MLflow signature, without Django's ORM.

``{"inputs": [{"name": "income", "type": "double", "optional": false}], "outputs": [...]}``.
MLflow's own ``required`` is understood, too. What has no name is known by its place.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

SIDES = ("inputs", "outputs")
MOST_FIELDS = 2_000
# What may be sent where another type is expected without loss; MLflow, "Handling Integers".
_WIDER = {
    "integer": frozenset({"long", "double"}),
    "float": frozenset({"double"}),
}


class BadSchema(ValueError):
    """The text is no such schema; the message says where and what to do."""


@dataclass(frozen=True)
class Field:
    """One column or tensor."""

    name: str
    type: str
    required: bool


def read_schema(text: str) -> dict[str, Any]:
    """The schema that ``text`` (JSON) holds; of empty text an empty one.

    Raises ``BadSchema``.
    """
    if not text.strip():
        return {}
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise BadSchema(
            _("Line %(line)s, column %(column)s: this is not JSON. %(problem)s.")
            % {"line": error.lineno, "column": error.colno, "problem": error.msg}
        ) from error
    except BadSchema:
        raise
    except (ValueError, RecursionError) as error:
        raise BadSchema(_("A number is too long, or lists stand too deep in lists.")) from error
    return checked_schema(found)


def checked_schema(found: Any) -> dict[str, Any]:
    """``found`` if it has the shape of a schema. Raises ``BadSchema``."""
    if found in ({}, None):
        return {}
    if not isinstance(found, dict) or not set(found) & set(SIDES):
        raise BadSchema(_("Write an object with “inputs”, “outputs” or both."))
    unknown = sorted(set(found) - {*SIDES, "params"})
    if unknown:
        raise BadSchema(
            _("“%(name)s” is not known here. Use “inputs”, “outputs” and “params”.")
            % {"name": unknown[0]}
        )
    for side in SIDES:
        _check_side(side, found.get(side, []))
    return found


def _check_side(side: str, fields: Any) -> None:
    if not isinstance(fields, list) or len(fields) > MOST_FIELDS:
        raise BadSchema(
            _("“%(side)s” must be a list of at most %(most)s fields.")
            % {"side": side, "most": MOST_FIELDS}
        )
    names = set()
    for place, field in enumerate(fields, 1):
        _check_field(side, place, field)
        name = field.get("name")
        if name is not None and name in names:
            raise BadSchema(_("“%(side)s” names “%(name)s” twice.") % {"side": side, "name": name})
        names.add(name)


def _check_field(side: str, place: int, field: Any) -> None:
    where = {"side": side, "place": place}
    if not isinstance(field, dict) or not isinstance(field.get("type"), str) or not field["type"]:
        raise BadSchema(
            _("Field %(place)s of “%(side)s” needs a “type” such as “double” or “string”.") % where
        )
    if "name" in field and not isinstance(field["name"], str):
        raise BadSchema(_("The name of field %(place)s of “%(side)s” must be text.") % where)
    for key in ("optional", "required"):
        if not isinstance(field.get(key, False), bool):
            raise BadSchema(
                _("“%(key)s” of field %(place)s of “%(side)s” must be true or false.")
                % {**where, "key": key}
            )


def fields_of(schema: dict[str, Any], side: str) -> list[Field]:
    """The fields of one side."""
    return [
        Field(
            name=field.get("name") or f"#{place}",
            type=_type_of(field),
            required=not field.get("optional", False) and field.get("required", True),
        )
        for place, field in enumerate(schema.get(side) or [], 1)
    ]


def _type_of(field: dict[str, Any]) -> str:
    """The type in one line; of a tensor its number type and shape, too."""
    more = {k: v for k, v in field.items() if k not in {"name", "type", "optional", "required"}}
    return f"{field['type']} {json.dumps(more, sort_keys=True)}" if more else field["type"]


def problems_of_going_back(running: dict[str, Any], target: dict[str, Any]) -> list[str]:
    """Why callers of ``running`` could not be served by ``target``; empty when they can.

    They send every required input of ``running`` and read its outputs. So ``target`` must accept
    each of these inputs, must not require another one, and must give the same outputs.
    """
    if not (running.get("inputs") and target.get("inputs")):
        return [_("The inputs of one of the two versions are not recorded.")]
    return [*_input_problems(running, target), *_output_problems(running, target)]


def _input_problems(running: dict[str, Any], target: dict[str, Any]) -> Iterator[str]:
    accepted = {field.name: field for field in fields_of(target, "inputs")}
    sent = {field.name: field for field in fields_of(running, "inputs") if field.required}
    for name, field in sent.items():
        known = accepted.get(name)
        if known is None:
            yield _("It does not accept the input “%(name)s”.") % {"name": name}
        elif not _fits(field.type, known.type):
            yield _("It expects the input “%(name)s” as %(type)s, not as %(other)s.") % {
                "name": name, "type": known.type, "other": field.type,
            }  # fmt: skip
    for name, field in accepted.items():
        if field.required and name not in sent:
            yield _("It needs the input “%(name)s”, which callers need not send now.") % {
                "name": name
            }


def _output_problems(running: dict[str, Any], target: dict[str, Any]) -> Iterator[str]:
    given = {field.name: field for field in fields_of(target, "outputs")}
    for field in fields_of(running, "outputs"):
        found = given.get(field.name)
        if field.required and (found is None or not _fits(found.type, field.type)):
            yield _("It does not give the output “%(name)s” as %(type)s.") % {
                "name": field.name, "type": field.type,
            }  # fmt: skip


def _fits(sent: str, expected: str) -> bool:
    return sent == expected or expected in _WIDER.get(sent, frozenset())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BadSchema(_("“%(name)s” stands twice in one object.") % {"name": twice})
    return found


def _no_constant(name: str) -> None:
    raise BadSchema(_("“%(name)s” is not JSON.") % {"name": name})
