"""What the page of a table shows about its datasheet."""

from typing import Any

from models_registry.cards.croissant import THEMES
from models_registry.cards.report import problem_text
from models_registry.models import DatasetVersion


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
