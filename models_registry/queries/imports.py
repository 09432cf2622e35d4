"""Reads of imports for pages and the API."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from models_registry.models import RegistryImport

PER_PAGE = 50
# The look of web.looks and the word of each verdict, and the order in which they are offered.
VERDICTS = {
    "add": ("open", _("New")),
    "change": ("in_progress", _("Will change")),
    "refused": ("rejected", _("Refused")),
    "conflict": ("conflict", _("Changed meanwhile")),
    "same": ("not_applicable", _("Unchanged")),
}
_WRITTEN = {"add": ("done", _("Registered")), "change": ("done", _("Changed"))}
_KINDS = {
    "system": (_("AI system"), "models_registry:system-detail"),
    "model": (_("Model"), "models_registry:model-detail"),
    "version": (_("Model version"), "models_registry:version-detail"),
    "use": (_("Use"), "models_registry:use-detail"),
}


def imports_for_list(user: User) -> QuerySet[RegistryImport]:
    """The imports of units that ``user`` may see, without their plans."""
    rows = RegistryImport.objects.visible_to(user).select_related("unit", "started_by")
    found: QuerySet[RegistryImport] = rows.defer("plan", "report")
    return found


def registry_imports() -> QuerySet[Any]:
    """Imports of inventories, registries and cards; table files have pages of their own."""
    rows = RegistryImport.objects.exclude(source=RegistryImport.Source.TABLE)
    return rows.select_related("unit", "started_by", "applied_by", "original", "job")


def lines_of(found: RegistryImport) -> list[dict[str, Any]]:
    """What was done where the import is applied, else what the plan says."""
    lines: list[dict[str, Any]] = found.report.get("lines") or found.lines
    return lines


def page_of_lines(found: RegistryImport, verdict: str, number: str) -> Page[Any]:
    """One page of the lines of a verdict, or of all that are not unchanged."""
    lines = lines_of(found)
    chosen = [
        line for line in lines
        if line["verdict"] == verdict or (verdict not in VERDICTS and line["verdict"] != "same")
    ]  # fmt: skip
    page = Paginator(chosen, PER_PAGE).get_page(number)
    page.object_list = [_shown(line) for line in page.object_list]
    return page


def _shown(line: dict[str, Any]) -> dict[str, Any]:
    """A line with the badge, the kind in words and the address of its record."""
    words = _WRITTEN if line.get("written") else {}
    look, word = words.get(line["verdict"]) or VERDICTS[line["verdict"]]
    kind, route = _KINDS[line["kind"]]
    url = reverse(route, kwargs={"pk": line["id"]}) if line["id"] else ""
    return {**line, "look": look, "word": word, "kind_word": kind, "url": url}


def verdict_tabs(found: RegistryImport, chosen: str) -> list[dict[str, Any]]:
    """A tab for each verdict that occurs, and one for all that are not unchanged."""
    counts: dict[str, int] = found.plan.get("counts", {})
    here = found.get_absolute_url()
    rest = sum(n for verdict, n in counts.items() if verdict != "same")
    tabs = [{"label": _("All but unchanged"), "url": here, "count": rest, "current": not chosen}]
    tabs += [
        {"label": word, "url": f"{here}?show={verdict}", "count": counts[verdict],
         "current": chosen == verdict}
        for verdict, (_look, word) in VERDICTS.items()
        if counts.get(verdict)
    ]  # fmt: skip
    return tabs
