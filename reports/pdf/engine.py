"""WeasyPrint at work. Imported by the child only, after its limits are set.

What comes out is PDF/A-3a (ISO 19005-3, accessible conformance) and PDF/UA-1 (ISO 14289-1) in
one file. Same job, same bytes: dates come from the job, the identifier from the content.
"""

import datetime
import io
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
import pydyf
from PIL import Image
from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration

from reports.pdf.fetcher import BASE_URL, ClosedFetcher
from reports.pdf.job import RenderError, RenderJob

VARIANT = "pdf/a-3a"
MAX_IMAGE_PIXELS = 20_000_000

# The PDF/UA identification (ISO 14289-1, 5) and, because PDF/A allows only described schemas
# (ISO 19005-3, 6.6.2.3), its PDF/A extension schema. It has to stand inside the one rdf:RDF.
UA_METADATA = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA part</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


@dataclass(frozen=True)
class Laid:
    """The PDF, its number of pages, the refused addresses, and each anchor's page from 0."""

    pdf: bytes
    pages: int
    blocked: list[str]
    anchors: dict[str, int]


def render(job: RenderJob) -> Laid:
    """Lay the document out.

    Raises RenderError ("too-many-pages", "broken").
    """
    _quieten()
    _cache_page_references()
    fetcher = ClosedFetcher({f"asset:{a.name}": a for a in job.assets})
    fonts = FontConfiguration()
    page = HTML(string=job.html, base_url=BASE_URL, url_fetcher=fetcher)
    try:
        document = page.render(font_config=fonts)
        if len(document.pages) > job.limits.pages:
            raise RenderError("too-many-pages", str(len(document.pages)))
        document.metadata.attachments = _attachments(job)
        document.metadata.generate_rdf_metadata = _with_ua(document.metadata.generate_rdf_metadata)
        raw = document.write_pdf(pdf_variant=VARIANT)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError) as error:
        raise RenderError("broken", f"{type(error).__name__}: {error}") from error
    anchors = {name: n for n, page in enumerate(document.pages) for name in page.anchors}
    return Laid(_finish(raw), len(document.pages), fetcher.blocked, anchors)


def _quieten() -> None:
    """Warnings of the engine go to stderr only; an image that is a bomb is an error."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    Image.MAX_IMAGE_PIXELS = MAX_IMAGE_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def _cache_page_references() -> None:
    """Keep the page references of a finished page list.

    pydyf 0.13 builds the tuple of all of them each time a tag asks for one, which makes tagged
    output quadratic in pages. Bytes are the same with and without this.
    """
    plain = pydyf.PDF.page_references.fget
    if getattr(plain, "caches", False):
        return

    def references(pdf: Any) -> tuple[bytes, ...]:
        size = len(pdf.pages["Kids"])
        known: tuple[int, tuple[bytes, ...]] | None = pdf.__dict__.get("_assay_references")
        if known is None or known[0] != size:
            known = pdf.__dict__["_assay_references"] = (size, tuple(plain(pdf)))
        return known[1]

    references.caches = True  # type: ignore[attr-defined]
    pydyf.PDF.page_references = property(references)


def _attachments(job: RenderJob) -> list[Attachment]:
    """In the order of their names, which a name tree wants (ISO 32000-1, 7.9.6)."""
    moment = datetime.datetime.fromisoformat(job.moment).replace(tzinfo=None)
    return [
        Attachment(
            file_obj=io.BytesIO(file.body),
            name=file.name,
            description=file.description,
            relationship=file.relationship,
            created=moment,
            modified=moment,
        )
        for file in sorted(job.embedded, key=lambda file: file.name)
    ]


def _with_ua(original: Callable[..., bytes]) -> Callable[..., bytes]:
    def generate(*args: Any) -> bytes:
        return original(*args).replace(b"</rdf:RDF>", UA_METADATA + b"</rdf:RDF>")

    return generate


def _finish(raw: bytes) -> bytes:
    """Give table headers their scope, name each embedded file once, save in small object streams.

    WeasyPrint leaves Scope out (PDF/UA-1 7.5 wants headers that can be resolved) and lists
    associated files twice; pydyf puts ten thousand objects in one object stream, which later
    signature checks pay for.
    """
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == pikepdf.Name.TH:
                _set_scope(item)
        if "/AF" in pdf.Root:
            pdf.Root.AF = pikepdf.Array(_once(pdf.Root.AF))
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )
    return out.getvalue()


def _once(files: Any) -> list[pikepdf.Object]:
    return list({file.objgen: file for file in files}.values())


def _set_scope(header: pikepdf.Dictionary) -> None:
    """A cell of the table head heads its column, any other header cell heads its row."""
    section = header.P.get("/P")
    in_head = section is not None and section.get("/S") == pikepdf.Name.THead
    attributes = header.get("/A", pikepdf.Dictionary(O=pikepdf.Name.Table))
    attributes.Scope = pikepdf.Name.Column if in_head else pikepdf.Name.Row
    header.A = attributes
