"""Sending stored files, streamed and never shown by a browser."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from models_registry.models import Artifact
from vault.queries import open_file
from web.views import attachment

_CHUNK = 256 * 1024


def artifact_download(artifact: Artifact) -> StreamingHttpResponse:
    """The bytes of a stored artifact as an attachment."""
    name = artifact.path.rpartition("/")[2]
    head = attachment(b"", media_type="application/octet-stream", name=name)
    response = StreamingHttpResponse(_chunks(artifact.digest), headers=head.headers)
    response["Content-Length"] = str(artifact.size)
    return response


def _chunks(digest: str) -> Iterator[bytes]:
    with open_file(digest) as file:
        while chunk := file.read(_CHUNK):
            yield chunk
