"""A document reaches nothing but what it was given."""

import base64
import http.server
import io
import struct
import threading
import zlib

import pikepdf
import pytest

from reports.pdf.job import Asset, Embedded, Limits, RenderJob
from reports.pdf.parent import render

pytestmark = pytest.mark.slow

MOMENT = "2026-11-23T18:00:00Z"


def page(body: str, head: str = "") -> str:
    return f'<!doctype html><html lang="en"><head><title>t</title>{head}</head><body>{body}'


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and carries next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0" * 100)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture
def listener():
    """A server on the loopback that notes every request."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_channel_of_html_css_or_svg_fetches_anything(listener) -> None:
    base, seen = listener
    head = (
        f'<link rel=stylesheet href="{base}/s.css"><link rel=attachment href="file:///etc/passwd">'
        f"<style>@import url({base}/i.css);@font-face{{font-family:q;src:url({base}/f.ttf)}}"
        f"p{{background:url({base}/b.png);font-family:q}}li{{list-style-image:url(file:///etc/passwd)}}"
        f"</style>"
    )
    body = (
        f'<img src="{base}/a.png" alt=a><img src="file:///etc/passwd" alt=b><p>t</p><ul><li>x</ul>'
        f'<object data="{base}/o"></object><embed src="{base}/e.svg"><img src="ftp://127.0.0.1/x">'
        f'<svg><image href="{base}/v.png"/><use href="{base}/u.svg#a"/></svg>'
        f'<a rel=attachment href="{base}/att">l</a><img src="data:text/html,<script>1</script>">'
    )
    made = render(RenderJob(page(body, head), MOMENT))
    assert seen == []
    assert len(made.blocked) >= 9
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert dict(pdf.attachments) == {}


def test_an_asset_that_was_given_is_used_and_one_that_was_not_is_blocked() -> None:
    style = Asset("a.css", "text/css", b"@page{size:100mm 50mm}")
    head = '<link rel=stylesheet href="asset:a.css"><link rel=stylesheet href="asset:b.css">'
    made = render(RenderJob(page("<p>x</p>", head), MOMENT, assets=(style,)))
    assert made.blocked == ("asset:b.css",)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert float(pdf.pages[0].MediaBox[2]) == pytest.approx(283.5, abs=0.5)


def test_an_image_with_far_too_many_pixels_is_left_out_and_the_report_is_printed() -> None:
    bomb = "data:image/png;base64," + base64.b64encode(png_of(50_000, 50_000)).decode()
    made = render(RenderJob(page(f'<img src="{bomb}" alt="x"><p>after</p>'), MOMENT))
    assert made.pages == 1
    assert made.peak_mib < 300


def test_attributes_of_old_html_are_not_read_as_styles() -> None:
    made = render(
        RenderJob(
            page('<table width="99999" height="99999"><tr><td>x</td></tr></table>'),
            MOMENT,
            limits=Limits(pages=2),
        )
    )
    assert made.pages == 1


def test_what_is_embedded_comes_out_as_it_went_in() -> None:
    body = "snapshot ü".encode()
    file = Embedded("snapshot.json", "The records", "Source", body)
    made = render(RenderJob(page("<p>x</p>"), MOMENT, embedded=(file,)))
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert pdf.attachments["snapshot.json"].get_file().read_bytes() == body
        assert [str(f.AFRelationship) for f in pdf.Root.AF] == ["/Source"]
