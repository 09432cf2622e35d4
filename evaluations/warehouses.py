"""Rows from engines that Ibis speaks to.

Imported only where rows are read: web processes shall not hold an engine.
"""

import datetime as dt
import time
from typing import IO, Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.translation import gettext as _

from evaluations.connections import too_much
from ledger.errors import Refused

BATCH = 50_000


def fetch(
    address: str, table: str, column: str, span: tuple[dt.datetime, dt.datetime], file: IO[bytes]
) -> str:
    """Write the rows with ``span[0]`` ≤ column < ``span[1]`` as Parquet. Returns the ending.

    Not every engine can stop a statement, so the time is looked at between batches. Raises
    Refused for too many rows or bytes, ImportError when the driver is not installed.
    """
    *place, name = table.split(".")
    connection = ibis.connect(address)
    try:
        rows: Any = connection.table(name, database=tuple(place) if place else None)
        aware = getattr(rows[column].type(), "timezone", None) is not None
        start, end = (one if aware else one.replace(tzinfo=None) for one in span)
        chosen = rows.filter(rows[column] >= start, rows[column] < end)
        limited = chosen.limit(settings.MONITOR_CONNECTION_ROWS + 1)
        _write(limited.to_pyarrow_batches(chunk_size=BATCH), file)
    finally:
        connection.disconnect()
    return ".parquet"


def _write(batches: Any, file: IO[bytes]) -> None:
    deadline = time.monotonic() + settings.MONITOR_CONNECTION_SECONDS
    count = 0
    with pq.ParquetWriter(file, batches.schema) as writer:
        for batch in batches:
            count += batch.num_rows
            writer.write_table(pa.Table.from_batches([batch]))
            if count > settings.MONITOR_CONNECTION_ROWS or file.tell() > (
                settings.ASSAY_UPLOAD_LIMIT
            ):
                raise too_much()
            if time.monotonic() > deadline:
                raise Refused(_("The connection took longer than it may."), code="too-long")
