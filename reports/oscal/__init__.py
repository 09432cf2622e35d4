"""OSCAL documents from the snapshot of a system, and our own check of what they refer to."""

from reports.oscal.checking import problems
from reports.oscal.documents import DOCUMENTS, document

__all__ = ["DOCUMENTS", "document", "problems"]
