"""Which reader a file needs; its bytes decide, not its name. No Django."""

from pathlib import Path

from models_registry.spreadsheet.csv_text import read_csv
from models_registry.spreadsheet.problem import SheetProblem
from models_registry.spreadsheet.sheet import MAX_BYTES, Sheet
from models_registry.spreadsheet.xlsx import read_xlsx

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_CONTAINERS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf", b"Rar!", b"%PDF")


def read(path: Path) -> Sheet:
    """The table in the file at ``path``. Raises ``SheetProblem``."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise SheetProblem("too_large", limit=MAX_BYTES // 1024 // 1024)
    with path.open("rb") as file:
        head = file.read(8)
    if not head.strip():
        raise SheetProblem("empty")
    if head.startswith(b"PK"):
        return read_xlsx(path)
    if head.startswith(_OLD_OFFICE):
        raise SheetProblem("old_office")
    if head.startswith(_CONTAINERS):
        raise SheetProblem("container")
    return read_csv(path.read_bytes())
