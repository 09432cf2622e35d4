"""Parts joined into one document: pages, tags, links, bookmarks; page numbers stamped last.

Child only. pypdf, PyMuPDF, qpdf and pdfunite drop the structure tree, so it is done here with
pikepdf. The first part gives metadata, output intent and embedded files.
"""

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String, make_page_destination

from reports.pdf.joining_names import ELSEWHERE
from reports.pdf.stamping import Footer, stamp


@dataclass(frozen=True)
class Piece:
    """A part's file; `continues`: its bookmarks stand below the last one of the part before."""

    path: Path
    continues: bool = False


def join(pieces: Sequence[Piece], footer: Footer, target: Path) -> int:
    """Write the whole document to `target`; its number of pages."""
    with pikepdf.open(pieces[0].path) as whole:
        joiner = _Joiner(whole)
        with whole.open_outline() as outline:
            for number, piece in enumerate(pieces[1:], 1):
                joiner.add(number, piece, outline.root)
        joiner.finish()
        stamp(whole, footer)
        whole.save(
            target,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )
        return len(whole.pages)


class _Joiner:
    """The growing document and what is written into it at the end."""

    def __init__(self, whole: pikepdf.Pdf) -> None:
        self.whole = whole
        tree = whole.Root.StructTreeRoot
        self.root_element = tree.K[0]
        self.parents: list[Any] = list(tree.ParentTree.Nums)
        self.next_key = _next_key(self.parents)
        self.targets: dict[bytes, Any] = dict(_targets(whole))
        self.sources: list[pikepdf.Pdf] = []

    def add(self, number: int, piece: Piece, bookmarks: list[OutlineItem]) -> None:
        """Append one part."""
        source = pikepdf.open(piece.path)
        self.sources.append(source)  # copied streams are read from it when the whole is saved
        self._renumber(source, number)
        first = len(self.whole.pages)
        places = {page.objgen: index for index, page in enumerate(source.pages)}
        for name, target in _targets(source):
            page = first + places[target[0].objgen]
            self.targets.setdefault(name, (page, [float(v) for v in list(target)[2:4]]))
        items = _bookmarks(source, self.whole, first, places)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # that places and fields need more work: it is done here
            self.whole.pages.extend(source.pages)
        self._adopt(self.whole.copy_foreign(source.Root.StructTreeRoot))
        below = bookmarks[-1].children if piece.continues and bookmarks else bookmarks
        below.extend(item.made(self.whole) for item in items)

    def finish(self) -> None:
        """Parent tree, named places, and links between parts."""
        pairs = zip(self.parents[::2], self.parents[1::2], strict=True)
        by_key = sorted(pairs, key=lambda pair: int(pair[0]))  # ISO 32000-1, 7.9.7
        numbers = Array([value for pair in by_key for value in pair])
        self.whole.Root.StructTreeRoot.ParentTree.Nums = numbers
        flat = Array()
        for name in sorted(self.targets):
            flat.append(String(name))
            flat.append(self._place(self.targets[name]))
        if "/Names" not in self.whole.Root:
            self.whole.Root.Names = Dictionary()
        self.whole.Root.Names.Dests = Dictionary(Names=flat)
        for page in self.whole.pages:
            for link in page.get("/Annots", Array()):
                self._lead(link)

    def _renumber(self, source: pikepdf.Pdf, number: int) -> None:
        """Keys and ids of tags are unique in a document, not over documents."""
        for item in source.objects:
            if not isinstance(item, (Dictionary, pikepdf.Stream)):
                continue
            for key in ("/StructParent", "/StructParents"):
                if key in item:
                    item[key] = int(item[key]) + self.next_key
            if isinstance(item, Dictionary):
                _prefix_header(item, f"{number}.")

    def _adopt(self, tree: Any) -> None:
        for child in list(tree.K[0].K):
            child.P = self.root_element
            self.root_element.K.append(child)
        numbers = tree.ParentTree.Nums
        for index in range(0, len(numbers), 2):
            self.parents += [int(numbers[index]) + self.next_key, numbers[index + 1]]
        self.next_key = _next_key(self.parents)

    def _place(self, target: Any) -> Any:
        if not isinstance(target, tuple):
            return target
        page, (left, top) = target
        return Array([self.whole.pages[page].obj, Name.XYZ, left, top, 0])

    def _lead(self, link: Any) -> None:
        action = link.get("/A")
        address = "" if action is None else str(action.get("/URI", ""))
        if not address.startswith(ELSEWHERE):
            return
        name = address.removeprefix(ELSEWHERE)
        del link["/A"]
        if name.encode() in self.targets:
            link.Dest = String(name)


def _next_key(parents: Sequence[Any]) -> int:
    return max((int(parents[i]) for i in range(0, len(parents), 2)), default=-1) + 1


def _targets(pdf: pikepdf.Pdf) -> Iterable[tuple[bytes, Any]]:
    if "/Names" not in pdf.Root or "/Dests" not in pdf.Root.Names:
        return
    names = pdf.Root.Names.Dests.Names
    for index in range(0, len(names), 2):
        yield bytes(names[index]), names[index + 1]


def _prefix_header(item: Dictionary, prefix: str) -> None:
    if item.get("/S") == Name.TH and "/ID" in item:
        item.ID = String(prefix + str(item.ID))
    elif item.get("/S") == Name.TD and "/A" in item and "/Headers" in item.A:
        item.A.Headers = Array([String(prefix + str(one)) for one in item.A.Headers])


@dataclass(frozen=True)
class _Bookmark:
    """A bookmark as plain values, so that it can be made once its page is in the whole."""

    title: str
    page: int
    left: float
    top: float
    children: tuple["_Bookmark", ...]

    def made(self, whole: pikepdf.Pdf) -> OutlineItem:
        """The bookmark of the whole document."""
        place = make_page_destination(whole, self.page, "XYZ", left=self.left, top=self.top)
        item = OutlineItem(self.title, place)
        item.children.extend(child.made(whole) for child in self.children)
        return item


def _bookmarks(
    source: pikepdf.Pdf, whole: pikepdf.Pdf, first: int, places: dict[Any, int]
) -> list[_Bookmark]:
    def read(item: OutlineItem) -> _Bookmark:
        place: Any = item.destination
        left, top = (float(value or 0) for value in list(place)[2:4])
        below = tuple(read(child) for child in item.children)
        return _Bookmark(item.title, first + places[place[0].objgen], left, top, below)

    with source.open_outline() as outline:
        return [read(item) for item in outline.root]
