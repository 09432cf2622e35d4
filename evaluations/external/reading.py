"""From bytes to the normal form: which tool wrote the file, and what it says."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evaluations.external.formats import garak, helm, inspect_log, lm_eval, mlflow, plain, promptfoo
from evaluations.external.record import ExternalProblem, Report, obj, text

FORMATS = ("lm-eval", "inspect", "garak", "promptfoo", "helm", "mlflow", "plain")
MOST_MEMBERS = 200_000
MOST_UNPACKED = 400 * 1024 * 1024
MOST_DUPLICATES = 20

Reader = Callable[[Any], Report]
# In this order; the first that knows its own marks reads the file.
KNOWN: tuple[tuple[str, Callable[[Any], bool], Reader], ...] = (
    ("plain", plain.fits, plain.read),
    ("lm-eval", lm_eval.fits, lm_eval.read),
    ("inspect", inspect_log.fits, inspect_log.read),
    ("promptfoo", promptfoo.fits, promptfoo.read),
    ("helm", helm.fits, helm.read),
    ("mlflow", mlflow.fits, mlflow.read),
)


class Doubles:
    """Objects with repeated keys; readers of JSON disagree about them."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def build(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs) and len(self.keys) < MOST_DUPLICATES:
            seen: set[str] = set()
            for key, _value in pairs:
                if key in seen:
                    self.keys.append(text(key, 80))
                seen.add(key)
        return found


def read_file(path: Path) -> Report:
    """The normal form of a file. Raises ExternalProblem when no reader knows it."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise ExternalProblem("empty")
    doubles = Doubles()
    if head.startswith(b"PK"):
        report = _of_zip(path, doubles)
    elif (report_of_lines := _of_lines(path, head, doubles)) is not None:
        report = report_of_lines
    else:
        report = _of_json(_parsed(path.read_bytes(), doubles))
    if not report.metrics and not report.refused:
        raise ExternalProblem("no_figures", tool=report.tool)
    for key in doubles.keys:
        report.ignore(f"the key “{key}” stands twice in one object")
    if doubles.keys:
        report.refuse("the file names keys twice in one object, so it can be read in two ways")
    return report


def _parsed(data: bytes, doubles: Doubles) -> Any:
    try:
        return json.loads(data.removeprefix(b"\xef\xbb\xbf"), object_pairs_hook=doubles.build)
    except (ValueError, UnicodeError) as error:
        raise ExternalProblem("not_json", detail=text(error, 160)) from error
    except RecursionError as error:
        raise ExternalProblem("too_deep") from error


def _of_json(data: Any) -> Report:
    for _name, fits, read in KNOWN:
        if fits(data):
            return read(data)
    keys = ", ".join(sorted(text(key, 40) for key in obj(data))[:8])
    raise ExternalProblem("unknown_format", keys=keys)


def _of_lines(path: Path, head: bytes, doubles: Doubles) -> Report | None:
    """A report of garak, the one format of lines; None for everything else."""
    first = head.splitlines()[0] if head.splitlines() else b""
    if b'"entry_type"' not in first:
        return None
    with path.open("rb") as file:
        return garak.read(file, doubles.build)


def _of_zip(path: Path, doubles: Doubles) -> Report:
    """A log of Inspect (.eval) or a zipped run folder of HELM."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(names) > MOST_MEMBERS:
                raise ExternalProblem("too_many_members", members=len(names))
            load = _loader(archive, doubles)
            if "header.json" in names or any(n.startswith("_journal/") for n in names):
                return inspect_log.read_archive(names, load)
            if found := helm.folder_of(names):
                return helm.read_folder(found, names, load)
    except zipfile.BadZipFile as error:
        raise ExternalProblem("broken_zip", detail=text(error, 120)) from error
    raise ExternalProblem("unknown_zip")


def _loader(archive: zipfile.ZipFile, doubles: Doubles) -> Callable[[str], Any]:
    """Reads one member as JSON; all together may unpack to no more than MOST_UNPACKED bytes."""
    left = [MOST_UNPACKED]

    def load(name: str) -> Any:
        try:
            with archive.open(name) as member:
                data = member.read(left[0] + 1)
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            raise ExternalProblem("unreadable_member", name=text(name, 120)) from error
        left[0] -= len(data)
        if left[0] < 0:
            raise ExternalProblem("unpacks_too_large")
        return _parsed(data, doubles)

    return load
