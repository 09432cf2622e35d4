"""The faces of the report, taken from wheels so that every machine prints the same bytes.

A machine without the wheels prints with DejaVu, which comes with Pango; scripts that the faces
do not hold (Chinese, Arabic, …) come from whatever fonts the machine has.
"""

from functools import cache
from importlib.resources import files

from reports.pdf.job import Asset

# (family in the stylesheet, style, weights, package, file)
FACES = (
    ("Assay Text", "normal", "200 900", "fontpkg_source_sans_3", "SourceSans3[wght].ttf"),
    ("Assay Text", "italic", "200 900", "fontpkg_source_sans_3", "SourceSans3-Italic[wght].ttf"),
    ("Assay Serif", "normal", "200 900", "fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf"),
    ("Assay Mono", "normal", "200 900", "fontpkg_source_code_pro", "SourceCodePro[wght].ttf"),
)


@cache
def font_assets() -> tuple[Asset, ...]:
    """The font files that are installed, and the stylesheet that names them."""
    found: list[Asset] = []
    rules: list[str] = []
    for number, (family, style, weights, package, file) in enumerate(FACES):
        body = _read(package, file)
        if body is None:
            continue
        name = f"face-{number}.ttf"
        found.append(Asset(name, "font/ttf", body))
        rules.append(
            f'@font-face {{ font-family: "{family}"; font-style: {style}; '
            f'font-weight: {weights}; src: url("asset:{name}"); }}'
        )
    return (*found, Asset("fonts.css", "text/css", "\n".join(rules).encode()))


def _read(package: str, file: str) -> bytes | None:
    try:
        return files(package).joinpath("files", file).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError):
        return None
