"""Pages of the API."""

from rest_framework.pagination import CursorPagination


class RecordPagination(CursorPagination):
    """Pages that stay right while records are added; newest first unless the view says else."""

    ordering = "-pk"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
