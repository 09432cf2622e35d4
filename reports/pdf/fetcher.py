"""The only way for a document to reach a file: named assets in memory, small raster images.

History that explains the strictness: WeasyPrint before 61.2 fetched attachments past the
fetcher, before 68.0 followed redirects past it, before 70.0 stylesheets. So this one answers
from memory and never calls the fetching code of the engine, except for ``data:``.
"""

from weasyprint.urls import URLFetcher, URLFetcherResponse

from reports.pdf.job import Asset

# Relative addresses resolve against a name that cannot exist (RFC 2606).
BASE_URL = "https://report.invalid/"
MAX_DATA_URL = 512 * 1024
DATA_TYPES = ("data:image/png;base64,", "data:image/jpeg;base64,")
SHOWN = 200


class ClosedFetcher(URLFetcher):
    """Serves ``asset:`` from memory and size-capped ``data:`` images; refuses all else."""

    def __init__(self, assets: dict[str, Asset]) -> None:
        super().__init__(timeout=1, allowed_protocols={"data"}, allow_redirects=False)
        self.assets = assets
        self.blocked: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The response, or ValueError, which the engine turns into "no such image"."""
        asset = self.assets.get(url)
        if asset is not None:
            return URLFetcherResponse(url, asset.body, {"Content-Type": asset.media_type})
        if url.startswith(DATA_TYPES) and len(url) <= MAX_DATA_URL:
            return super().fetch(url, headers)
        self.blocked.append(url[:SHOWN])
        raise ValueError("This address is not part of the report.")
