"""Rows of a window from a named connection: PostgreSQL itself, other engines through Ibis.

An operator names connections and gives their addresses in the environment or in a file; the
database of Assay holds only the name. Every read is bounded in time, rows and bytes.
"""

import datetime as dt
import logging
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import IO

import psycopg
from django.conf import settings
from django.utils.translation import gettext as _
from psycopg import sql

from ledger.errors import Refused

log = logging.getLogger(__name__)

NAME = re.compile(r"[A-Za-z_][\w$]{0,126}(\.[A-Za-z_][\w$]{0,126}){0,2}")
CONNECT_SECONDS = 10


def connections_of(unit: int) -> list[str]:
    """The names of the connections that monitors of a unit may read."""
    return [name for number, name in settings.MONITOR_CONNECTIONS if number == unit]


@contextmanager
def rows_between(
    name: str, table: str, column: str, start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[IO[bytes], str]]:
    """The rows of ``table`` with ``start`` ≤ ``column`` < ``end`` as a file, with its ending.

    Raises Refused with a sentence when the connection is not known, its driver is not there, it
    does not answer, the table or column is missing, or the rows are too many.
    """
    secret = settings.MONITOR_CONNECTION_SECRETS.get(name)
    if not secret:
        raise Refused(
            _("The operator has given no address for the connection “%s”.") % name,
            code="no-connection",
        )
    if not NAME.fullmatch(table):
        raise Refused(_("“%s” is no name of a table.") % table[:80], code="bad-table")
    with tempfile.TemporaryFile() as file:
        try:
            if secret.startswith(("postgres://", "postgresql://")):
                ending = _copy(secret, table, column, (start, end), file)
            else:
                warehouses = import_module("evaluations.warehouses")
                ending = warehouses.fetch(secret, table, column, (start, end), file)
        except ImportError as error:
            scheme = secret.partition(":")[0]
            words = _("The driver for “%(name)s” is not installed. Install %(package)s.")
            package = f"ibis-framework[{scheme}]"
            raise Refused(words % {"name": scheme, "package": package}, code="no-driver") from error
        except Refused:
            raise
        except Exception as error:
            # Messages of drivers may hold addresses and names of users; people get the kind.
            log.warning("Connection %s gave no rows: %s", name, type(error).__name__)
            words = _("The connection “%(name)s” gave no rows (%(kind)s).")
            kind = type(error).__name__
            raise Refused(words % {"name": name, "kind": kind}, code="no-rows") from error
        file.seek(0)
        yield file, ending


class _Bounded:
    """Counts what is written, and refuses what is too much."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.size = file, 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.size += len(data)
        if self.size > settings.ASSAY_UPLOAD_LIMIT:
            raise too_much()
        self.file.write(data)


def too_much() -> Refused:
    """The refusal of a window that is larger than a table may be."""
    return Refused(
        _("The window holds more than a table may. Choose shorter windows or fewer columns."),
        code="too-much",
    )


def _copy(
    address: str, table: str, column: str, span: tuple[dt.datetime, dt.datetime], file: IO[bytes]
) -> str:
    """COPY as CSV in a read-only session, so that the server does all conversions."""
    options = (
        f"-c default_transaction_read_only=on -c TimeZone=UTC "
        f"-c statement_timeout={settings.MONITOR_CONNECTION_SECONDS * 1000}"
    )
    wanted = sql.SQL("SELECT * FROM {} WHERE {} >= {} AND {} < {} LIMIT {}").format(
        sql.Identifier(*table.split(".")), sql.Identifier(column), sql.Literal(span[0]),
        sql.Identifier(column), sql.Literal(span[1]),
        sql.Literal(settings.MONITOR_CONNECTION_ROWS + 1),
    )  # fmt: skip
    bounded = _Bounded(file)
    with psycopg.connect(address, connect_timeout=CONNECT_SECONDS, options=options) as connection:
        cursor = connection.cursor()
        with cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(wanted)) as out:
            for data in out:
                bounded.write(data)
        if cursor.rowcount > settings.MONITOR_CONNECTION_ROWS:
            raise too_much()
    return ".csv"
