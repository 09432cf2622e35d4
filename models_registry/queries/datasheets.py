"""What the page of a table shows about its datasheet."""

from typing import Any

from models_registry.cards.croissant import THEMES, parse_croissant, themes_of
from models_registry.cards.report import problem_text
from models_registry.exporting.croissant import Table, export_croissant, new_croissant
from models_registry.exporting.record import Exported
from models_registry.models import DatasetVersion, Datasheet
from vault.queries import read_bytes


def datasheet_context(dataset: DatasetVersion) -> dict[str, Any]:
    """The latest datasheet with its themes, and what its import said."""
    sheet = dataset.datasheets.select_related("written_by", "original").first()
    if sheet is None:
        return {"sheet": None}
    return {
        "sheet": sheet,
        "sheet_themes": [(label, sheet.themes.get(key, "")) for key, label in THEMES.items()],
        "sheet_kept": sheet.report.get("kept", []),
        "sheet_problems": [
            {"line": problem["line"], "text": problem_text(problem)}
            for problem in sheet.report.get("problems", [])
        ],
    }


def written_themes(dataset: DatasetVersion) -> dict[str, str]:
    """The texts that an edit starts from."""
    sheet = dataset.datasheets.first()
    return {key: (sheet.themes.get(key, "") if sheet else "") for key in THEMES}


def datasheet_export(sheet: Datasheet) -> Exported:
    """The datasheet as a Croissant file: the file it came from with later edits inside, or a new
    one about its table. ``dataset__file`` should be loaded."""
    sheets = sheet.dataset.datasheets.filter(number__lte=sheet.number, original__isnull=False)
    source = sheets.select_related("original").first()
    if source is not None:
        return export_croissant(read_bytes(source.original.digest), sheet.themes, source.file_name)
    made = new_croissant(_table(sheet))
    said = themes_of(parse_croissant(made))
    themes = {
        theme: "\n\n".join(filter(None, (said[theme], sheet.themes.get(theme, ""))))
        for theme in THEMES
    }
    return export_croissant(made, themes, "croissant.json")


def _table(sheet: Datasheet) -> Table:
    """The table; what the datasheet states itself is left to it."""
    dataset, said = sheet.dataset, "\n".join(sheet.themes.values())
    return Table(
        name=dataset.name,
        version="" if "**Version:**" in said else dataset.label,
        file_name=dataset.file_name,
        media_type=dataset.media_type,
        size=dataset.file.size,
        sha256=dataset.fingerprint,
        columns=tuple((column["name"], column["kind"]) for column in dataset.columns),
        licence="" if "**Licence:**" in said else dataset.licence,
    )
