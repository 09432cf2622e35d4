"""Checking a file that was sent along: one call for a build server."""

import os
from collections.abc import Mapping, Sequence
from typing import IO, Any

from django.utils import timezone

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from evaluations.actions.runs import start_checks
from evaluations.columns import guess_roles
from evaluations.models import CheckRun
from models_registry.actions import upload_dataset
from models_registry.models import DatasetVersion, ModelVersion
from models_registry.reading.profile import TableProfile


def check_file(
    *,
    by: User,
    version: ModelVersion,
    stream: IO[bytes],
    file_name: str,
    reference: DatasetVersion | None,
    roles: Mapping[str, Any],
    checks: Sequence[str],
    params: Mapping[str, Mapping[str, Any]],
) -> list[CheckRun]:
    """Keep a file as a table of the version's unit, then start checks on it.

    The table is named after the file, its version after the moment. Roles that are not given
    are guessed. Raises Refused as ``upload_dataset`` and ``start_checks`` do; a table whose
    checks are refused stays, so that it need not be sent again.
    """
    require(by, Permission.CHECK_RUN, version.model.unit_id)
    table = upload_dataset(
        by=by,
        unit=version.model.unit,
        name=os.path.splitext(os.path.basename(file_name))[0][:200] or "table",
        label=timezone.now().strftime("%Y-%m-%d %H:%M:%S.%f"),
        role=DatasetVersion.Role.TEST,
        stream=stream,
        file_name=file_name,
    )
    guessed = guess_roles(TableProfile.from_json(table.profile))
    return start_checks(
        by=by,
        version=version,
        current=table,
        reference=reference,
        roles={**guessed, **roles},
        checks=checks,
        params=params,
    )
