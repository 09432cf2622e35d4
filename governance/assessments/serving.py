"""Sending evidence, streamed and never shown by a browser."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from governance.assessments.models import Evidence
from vault.models import StoredFile
from vault.queries import open_file
from web.views import attachment

_CHUNK = 256 * 1024


def evidence_download(piece: Evidence) -> StreamingHttpResponse:
    """The bytes of a piece of evidence as an attachment under a policy of its own."""
    file: StoredFile = piece.file  # type: ignore[assignment]
    name = piece.file_name.replace("\\", "/").rpartition("/")[2]
    head = attachment(b"", media_type="application/octet-stream", name=name)
    response = StreamingHttpResponse(_chunks(file.digest), headers=head.headers)
    response["Content-Length"] = str(file.size)
    return response


def _chunks(digest: str) -> Iterator[bytes]:
    with open_file(digest) as file:
        while chunk := file.read(_CHUNK):
            yield chunk
