"""Writes about results of other tools: importing a file, declaring limits for its figures."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import IO, Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from evaluations.actions.runs import new_seed, with_job
from evaluations.checks.catalogue import CATALOGUE
from evaluations.external.limits import BadLimit, Limit, limit_for, parse_limits
from evaluations.external.opening import open_result
from evaluations.external.record import IMPORTER_VERSION, MOST_IGNORED, Report, text
from evaluations.models import CheckRun, ExternalResult
from ledger.actions import Act, action
from ledger.errors import Refused
from models_registry.models import ModelVersion
from models_registry.reading.tables import refuse_oversize
from vault.actions import store
from vault.models import StoredFile

CHECK = "external.eval"
_CHUNK = 1024 * 1024


def import_result(
    *,
    by: User,
    version: ModelVersion,
    stream: IO[bytes],
    file_name: str,
    limits: Sequence[str] = (),
) -> ExternalResult:
    """Keep a result file, read it, and give its judgement to a job.

    The same bytes for the same version are imported once: the record that is there comes back
    unchanged. Raises Refused, naming the field, when no reader knows the file, a limit fits no
    figure, or the file is known with other limits; nothing is kept then.
    """
    require(by, Permission.CHECK_RUN, version.model.unit_id)
    with _spooled(stream) as path:
        report = open_result(path)
        _check_limits(limits, report)
        with action("evaluations.external.imported", by=by) as act, open(path, "rb") as file:
            stored = store(
                file, media_type="application/octet-stream", by=by, why=f"result of {report.tool}"
            )
            known = ExternalResult.objects.filter(
                model_version=version, file=stored, importer_version=IMPORTER_VERSION
            ).first()
            if known is not None:
                return _same(known, _lines(limits))
            result = _record(by, version, report, (stored, file_name))
            result.limits = _lines(limits)
            act.save(result)
            # What an older reader made of the same bytes no longer counts.
            _supersede(act, CheckRun.objects.filter(external__file=stored, model_version=version))
            _judge(act, by, result)
    return result


def declare_limits(
    *, by: User, result: ExternalResult, limits: Sequence[str], reason: str = ""
) -> CheckRun:
    """Judge the figures of an imported file by other limits; the run before is superseded.

    ``reason`` is needed once there are limits, since whoever changes them has seen the figures.
    Raises Refused for a limit that fits no figure or points the wrong way.
    """
    require(by, Permission.CHECK_RUN, result.model_version.model.unit_id)
    lines = _lines(limits)
    _check_limits(lines, result)
    if lines == result.limits:
        raise Refused(_("These are the limits already."), code="unchanged", field="limits")
    if result.limits and not reason.strip():
        raise Refused(_("Say why the limits change."), code="no-reason", field="reason")
    result.limits = lines
    with action("evaluations.external.limited", by=by, reason=reason) as act:
        act.save(result)
        _supersede(act, CheckRun.objects.filter(external=result))
        return _judge(act, by, result)


def _same(known: ExternalResult, lines: list[str]) -> ExternalResult:
    """The record that is there; other limits are declared on it, not smuggled in."""
    if lines and lines != known.limits:
        raise Refused(
            _("This file was imported already. Declare other limits on its page."),
            code="imported",
            field="limits",
            status=409,
        )
    return known


def _supersede(act: Act, runs: QuerySet[CheckRun]) -> None:
    for old in runs.filter(superseded=False):
        old.superseded = True
        act.save(old, event="evaluations.run.superseded")


def _judge(act: Act, by: User, result: ExternalResult) -> CheckRun:
    """A run of the check on the record, given to a job."""
    run = CheckRun(
        model_version=result.model_version,
        check_name=CHECK,
        check_version=CATALOGUE[CHECK].version,
        external=result,
        params={"limits": result.limits},
        seed=new_seed(),
    )
    with_job(act, run, by)
    return run


def _record(
    by: User, version: ModelVersion, report: Report, source: tuple[StoredFile, str]
) -> ExternalResult:
    """The record of a report, not yet stored."""
    stored, file_name = source
    values: dict[str, Any] = asdict(report)
    values["ignored"] = report.ignored[:MOST_IGNORED]
    if more := len(report.ignored) - MOST_IGNORED:
        values["ignored"] += [f"and {more} more"] if more > 0 else []
    values["refused"] = report.refused[:300]
    return ExternalResult(
        model_version=version,
        file=stored,
        file_name=text(file_name) or "result",
        importer_version=IMPORTER_VERSION,
        imported_by=by,
        **values,
    )


def _lines(limits: Sequence[str]) -> list[str]:
    return [line.strip() for line in limits if line.strip()]


def _check_limits(lines: Sequence[str], known: Report | ExternalResult) -> None:
    """Refuse a line that is no limit, fits no figure, or contradicts what is known of it."""
    figures = [one if isinstance(one, dict) else asdict(one) for one in known.metrics]
    try:
        limits = parse_limits(lines)
    except BadLimit as error:
        raise Refused(f"{error}.", code="bad-limit", field="limits") from error
    held = [(figure, limit_for(limits, figure["task"], figure["metric"])) for figure in figures]
    for limit in limits:
        if not any(limit is used for _figure, used in held):
            names = ", ".join(sorted({figure["metric"] for figure in figures})[:8])
            raise Refused(
                _("The limit “%(line)s” fits no figure. The file has: %(names)s.")
                % {"line": limit.line[:80], "names": names},
                code="idle-limit",
                field="limits",
            )
    for figure, used in held:
        if used is not None:
            _check_sense(figure, used)


def _check_sense(figure: dict[str, Any], limit: Limit) -> None:
    """A limit must point the way in which the figure gets worse, and lie where it can be."""
    wrong_way = {"higher": "above", "lower": "below"}.get(figure["better"])
    if wrong_way == limit.worse:
        raise Refused(
            _("“%(line)s” points the wrong way: of %(metric)s a %(better)s value is better.")
            % {"line": limit.line[:80], "metric": figure["metric"],
               "better": _("higher") if figure["better"] == "higher" else _("lower")},
            code="wrong-way",
            field="limits",
        )  # fmt: skip
    if figure["k"] is not None and not (0 <= limit.fail <= 1 and 0 <= limit.warn <= 1):
        raise Refused(
            _("“%(line)s” does not fit: %(metric)s is a share between 0 and 1.")
            % {"line": limit.line[:80], "metric": figure["metric"]},
            code="no-share",
            field="limits",
        )


@contextmanager
def _spooled(stream: IO[bytes]) -> Iterator[str]:
    """The stream as a file on disk that is gone afterwards; refuses one above the limit."""
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="result-") as spool:
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            refuse_oversize(size)
            spool.write(chunk)
        spool.flush()
        yield spool.name
