"""From a snapshot to PDF bytes: the document, its styles and faces, and what is embedded."""

from collections.abc import Callable
from functools import cache

from django.template.engine import Engine

from ledger.canonical import canonical
from reports.document import AnySnapshot, as_html
from reports.pdf.fonts import font_assets
from reports.pdf.job import Asset, Embedded, Limits, Rendered, RenderJob
from reports.pdf.parent import render

SNAPSHOT_NAME = "snapshot.json"
CHECKPOINT_NAME = "checkpoint.txt"


def render_job(snapshot: AnySnapshot, limits: Limits | None = None) -> RenderJob:
    """Everything the child needs. The snapshot and the checkpoint note are embedded whole."""
    return RenderJob(
        html=as_html(snapshot),
        moment=snapshot["report"]["as_of"],
        assets=(*font_assets(), _stylesheet()),
        embedded=(
            Embedded(
                SNAPSHOT_NAME,
                "The records this report was made from, as canonical JSON (RFC 8785)",
                "Source",
                canonical(snapshot),
            ),
            Embedded(
                CHECKPOINT_NAME,
                "The signed checkpoint of the ledger",
                "Data",
                snapshot["checkpoint"]["note"].encode(),
            ),
        ),
        limits=limits or Limits(),
    )


def print_snapshot(
    snapshot: AnySnapshot, on_beat: Callable[[float], None] | None = None
) -> Rendered:
    """The PDF of `snapshot`; the same snapshot gives the same bytes. Raises RenderError."""
    return render(render_job(snapshot), on_beat)


@cache
def _stylesheet() -> Asset:
    # A stylesheet is no template, but the template loaders know where it lies.
    source = Engine.get_default().get_template("reports/print/print.css").source
    return Asset("print.css", "text/css", source.encode())
