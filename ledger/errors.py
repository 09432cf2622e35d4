"""The errors that every write can end in."""

from django.utils.functional import Promise


class Refused(Exception):
    """A business rule said no. The message is a sentence that says what to do.

    ``code`` is stable for API clients, ``field`` names the form field concerned and ``status``
    is the HTTP status that fits (422 by default).
    """

    def __init__(
        self,
        message: str | Promise,
        *,
        code: str = "refused",
        field: str | None = None,
        status: int = 422,
    ) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.code = code
        self.field = field
        self.status = status


class StaleWrite(Refused):
    """Somebody else saved this record since it was read (409; the API answers 412)."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message, code="stale", status=409)


class DirectWrite(RuntimeError):
    """A record was written outside ``ledger.actions.action``: a programming error."""


class LedgerDamaged(RuntimeError):
    """The ledger or its key is not as this program left it: verify it before anything else."""
