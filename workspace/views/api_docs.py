"""The API, described for people from the same schema that programs read."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass
class Operation:
    """One method on one path."""

    method: str
    path: str
    summary: str
    text: str
    anchor: str
    parameters: list[dict[str, Any]] = field(default_factory=list)
    body: list[dict[str, Any]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


def api_docs(request: HttpRequest) -> HttpResponse:
    """What there is, and the operations of one ``?area=`` with their parameters and fields."""
    groups = _described(get_language())
    area = request.GET.get("area", "")
    if area and area not in groups:
        raise Http404
    context = {"groups": groups, "area": area, "operations": groups.get(area, ())}
    return render(request, "workspace/api_docs.html", context)


@cache
def _described(language: str | None) -> dict[str, list[Operation]]:
    """The operations by area; they change with the program only, and take a second to collect."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return dict(_groups(schema))


def _groups(schema: dict[str, Any]) -> list[tuple[str, list[Operation]]]:
    groups: dict[str, list[Operation]] = {}
    for path, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                made = _operation(schema, path, method, item[method])
                groups.setdefault(item[method]["tags"][0], []).append(made)
    return sorted(groups.items())


def _operation(schema: dict[str, Any], path: str, method: str, raw: dict[str, Any]) -> Operation:
    summary, _, text = raw.get("description", "").partition("\n")
    return Operation(
        method=method.upper(),
        path=path,
        summary=raw.get("summary") or summary,
        text=text.strip(),
        anchor=raw["operationId"],
        parameters=[_parameter(p) for p in raw.get("parameters", [])],
        body=_fields(schema, raw.get("requestBody", {})),
        answers=sorted(raw.get("responses", {})),
    )


def _parameter(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": raw["name"],
        "place": raw["in"],
        "kind": _kind(raw.get("schema", {})),
        "required": raw.get("required", False),
        "text": raw.get("description", ""),
    }


def _fields(schema: dict[str, Any], body: dict[str, Any]) -> list[dict[str, Any]]:
    content = body.get("content", {})
    if not content:
        return []
    shape = _resolve(schema, next(iter(content.values())).get("schema", {}))
    required = set(shape.get("required", []))
    return [
        {
            "name": name,
            "kind": _kind(raw),
            "required": name in required,
            "text": raw.get("description", ""),
        }
        for name, raw in shape.get("properties", {}).items()
        if not raw.get("readOnly")
    ]


def _resolve(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    name = shape.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = schema["components"]["schemas"].get(name, shape) if name else shape
    return found


def _kind(raw: dict[str, Any]) -> str:
    if "enum" in raw:
        return " | ".join(str(value) for value in raw["enum"])
    if "$ref" in raw:
        return str(raw["$ref"]).rpartition("/")[2]
    kind = raw.get("type", "any")
    words = " or ".join(str(k) for k in kind) if isinstance(kind, list) else str(kind)
    return f"{words} ({raw['format']})" if "format" in raw else words
