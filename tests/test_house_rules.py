"""The house stays small: what no other tool checks."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
MAX_FILE, MAX_FUNCTION = 400, 40


def tracked(pattern: str) -> list[Path]:
    """Files of the project, as git or the folder knows them."""
    found = [
        path
        for path in ROOT.rglob(pattern)
        if not {".venv", "var", "node_modules", ".git"} & set(path.relative_to(ROOT).parts)
    ]
    assert found
    return found


def own_python() -> list[Path]:
    return [path for path in tracked("*.py") if "migrations" not in path.parts]


def test_no_file_is_longer_than_400_lines() -> None:
    files = own_python() + tracked("*.css") + tracked("*.js")
    long = {
        str(p.relative_to(ROOT)): n
        for p in files
        if (n := len(p.read_text().splitlines())) > MAX_FILE
    }
    assert not long


def test_no_function_is_longer_than_40_lines() -> None:
    long = {}
    for path in own_python():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > MAX_FUNCTION:
                    long[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = lines
    assert not long


def test_every_action_and_query_says_what_it_does() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in own_python()
        if {"actions", "queries"} & {path.stem, path.parent.name}
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_nothing_is_left_to_do() -> None:
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|NotImplemented" + "Error")
    left = [
        f"{path.relative_to(ROOT)}"
        for kind in ("*.py", "*.html", "*.js", "*.css", "*.md")
        for path in tracked(kind)
        if words.search(path.read_text(errors="replace"))
    ]
    assert not left


def test_no_template_holds_inline_script_or_style() -> None:
    inline = re.compile(r"<style|\sstyle=|\son\w+=\"|javascript:|<script(?![^>]*\ssrc=)", re.I)
    bad = [
        str(path.relative_to(ROOT))
        for path in tracked("*.html")
        if "print" not in path.parts and inline.search(path.read_text())
    ]
    assert not bad


def test_no_signal_is_used() -> None:
    users = [
        str(path.relative_to(ROOT))
        for path in own_python()
        if "tests" not in path.parts and "db.models.signals" in path.read_text()
    ]
    assert not users


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
