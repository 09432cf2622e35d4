"""Reading the evidence of an incident."""

from typing import Any

from incidents.models import Attachment, Incident


def attachments_of(incident: Incident) -> list[dict[str, Any]]:
    """Its files, each with who handled it; three queries.

    The same bytes may be kept for another record, too: custody for that is not shown here.
    """
    rows = Attachment.objects.filter(incident=incident).select_related("file", "added_by")
    return [
        {
            "file": one,
            "handled": [c for c in one.file.custody.all() if c.why == one.purpose],
        }
        for one in rows.select_related("incident").prefetch_related("file__custody__by")
    ]
