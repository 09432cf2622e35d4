"""What neither the schema nor other tools check: does everything that is named exist?"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def problems(results: Json, catalog: Json) -> list[str]:
    """Sentences about assessment results: unknown targets, dangling observations and resources,
    unknown parties, double identifiers, an end before its start."""
    body = results["assessment-results"]
    known = {control["id"] for control in _controls(catalog["catalog"]["groups"])}
    return [
        *_double(body),
        *_parties(body["metadata"]),
        *_resources(body),
        *(said for result in body["results"] for said in _result(result, known)),
    ]


def _controls(groups: list[Json]) -> Iterator[Json]:
    for group in groups:
        yield from group.get("controls", [])
        yield from _controls(group.get("groups", []))


def _result(result: Json, known: set[str]) -> Iterator[str]:
    if _moment(result.get("end")) < _moment(result["start"]):
        yield f"Result {result['uuid']} ends before it starts."
    yield from _selected(result, known)
    observed = {one["uuid"] for one in result.get("observations", [])}
    for finding in result.get("findings", []):
        yield from _finding(finding, known, observed)


def _selected(result: Json, known: set[str]) -> Iterator[str]:
    for selection in result["reviewed-controls"]["control-selections"]:
        for side in ("include-controls", "exclude-controls"):
            for one in selection.get(side, []):
                if one["control-id"] not in known:
                    yield f"Control {one['control-id']} is not in the catalog."


def _finding(finding: Json, known: set[str], observed: set[str]) -> Iterator[str]:
    target = finding["target"]["target-id"]
    if target not in known:
        yield f"Finding {finding['uuid']} is about {target}, which is not in the catalog."
    for one in finding.get("related-observations", []):
        if one["observation-uuid"] not in observed:
            yield f"Finding {finding['uuid']} rests on an observation that is not there."


def _parties(metadata: Json) -> Iterator[str]:
    known = {party["uuid"] for party in metadata.get("parties", [])}
    for responsible in metadata.get("responsible-parties", []):
        for party in responsible["party-uuids"]:
            if party not in known:
                yield f"Party {party} is responsible and not described."


def _resources(body: Json) -> Iterator[str]:
    known = {one["uuid"] for one in body.get("back-matter", {}).get("resources", [])}
    for value in _texts(body, "href"):
        if value.startswith("#") and value[1:] not in known:
            yield f"{value} leads nowhere."


def _double(body: Json) -> Iterator[str]:
    seen: set[str] = set()
    for value in _texts(body, "uuid"):
        if value in seen:
            yield f"The identifier {value} is used twice."
        seen.add(value)


def _texts(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get(name), str):
            yield value[name]
        for inner in value.values():
            yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, name)


def _moment(value: str | None) -> dt.datetime:
    return dt.datetime.fromisoformat(value) if value else dt.datetime.max.replace(tzinfo=dt.UTC)
