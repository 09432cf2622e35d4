"""Digest and page number at the foot of every page but the cover, as pagination artifacts.

They are stamped when all parts are there, so that a kept part stays as it is when pages before
it come or go. The faces come from a small document that holds every character once.
"""

import io
import re
from dataclasses import dataclass
from typing import Any

import pikepdf

MM = 72 / 25.4
LEFT, RIGHT, BASE = 24 * MM, (210 - 20) * MM, 15.6 * MM
DIGEST_SIZE, PAGE_SIZE = 6.5, 8.0


@dataclass(frozen=True)
class Footer:
    """`digest` stands left; `words` holds ``{n}`` and ``{total}`` and stands right; `faces` is
    the PDF with the two faces: first the one of the digest, then the one of the words."""

    digest: str
    words: str
    faces: bytes


@dataclass(frozen=True)
class _Face:
    """A font object of the whole document, with codes and widths (1/1000 em) by character."""

    font: Any
    codes: dict[str, str]
    widths: dict[str, float]

    def hex(self, text: str) -> str:
        """The text as a string operand."""
        return "".join(self.codes[character] for character in text)

    def width(self, text: str, size: float) -> float:
        """In points."""
        return sum(self.widths[character] for character in text) * size / 1000


def stamp(pdf: pikepdf.Pdf, footer: Footer) -> None:
    """Write the foot of every page from the second one on."""
    with pikepdf.open(io.BytesIO(footer.faces)) as source:
        mono, text = _faces(pdf, source, footer)
        total = len(pdf.pages)
        for number, page in enumerate(pdf.pages, 1):
            if number == 1:
                continue
            resources = page.obj.Resources
            if "/Font" not in resources:
                resources.Font = pikepdf.Dictionary()
            fonts = resources.Font
            fonts.FootMono, fonts.FootText = mono.font, text.font
            foot = _foot(footer, footer.words.format(n=number, total=total), mono, text)
            page.contents_add(pdf.make_stream(b"q\n"), prepend=True)
            page.contents_add(pdf.make_stream(b"\nQ\n" + foot))


def _foot(footer: Footer, said: str, mono: _Face, text: _Face) -> bytes:
    left = RIGHT - text.width(said, PAGE_SIZE)
    return (
        "/Artifact <</Type /Pagination /Subtype /Footer>> BDC q BT .337 .365 .4 rg "
        f"/FootMono {DIGEST_SIZE} Tf {LEFT:.2f} {BASE:.2f} Td <{mono.hex(footer.digest)}> Tj ET "
        f"BT .086 .098 .114 rg /FootText {PAGE_SIZE} Tf {left:.2f} {BASE:.2f} Td "
        f"<{text.hex(said)}> Tj ET Q EMC"
    ).encode()


def _faces(pdf: pikepdf.Pdf, source: pikepdf.Pdf, footer: Footer) -> tuple[_Face, _Face]:
    fonts = source.pages[0].Resources.Font
    found = [_face(pdf, fonts[name]) for name in sorted(fonts.keys())]
    needs = [set(footer.digest), set(footer.words.format(n="0123456789", total=""))]
    chosen = []
    for wanted in needs:
        face = next(f for f in found if wanted <= set(f.codes) and f not in chosen)
        chosen.append(face)
    return chosen[0], chosen[1]


def _face(pdf: pikepdf.Pdf, font: Any) -> _Face:
    cmap = font.ToUnicode.read_bytes().decode()
    pairs = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]{4})>", cmap, flags=re.I)
    codes = {chr(int(text, 16)): code for code, text in pairs}
    by_code = _widths(font.DescendantFonts[0])
    widths = {character: by_code.get(int(code, 16), 1000.0) for character, code in codes.items()}
    return _Face(pdf.copy_foreign(font), codes, widths)


def _widths(font: Any) -> dict[int, float]:
    """The /W array of ISO 32000-1, 9.7.4.3: ``first [w …]`` or ``first last w``."""
    rows, found = list(font.get("/W", [])), {}
    while rows:
        first, second = int(rows.pop(0)), rows.pop(0)
        if isinstance(second, pikepdf.Array):
            found.update({first + i: float(width) for i, width in enumerate(second)})
        else:
            width = float(rows.pop(0))
            found.update(dict.fromkeys(range(first, int(second) + 1), width))
    return found
