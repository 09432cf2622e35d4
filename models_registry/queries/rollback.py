"""Whether one could go back to a version: looks at every byte that would be needed."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from models_registry import states
from models_registry.frozen import is_as_frozen
from models_registry.models import Artifact, Deployment, Model, ModelVersion
from models_registry.schemas import problems_of_going_back
from vault.queries import MissingBytes, open_file

Reason = dict[str, Any]
Tick = Callable[[int, str], None]
_PIECE = 1024 * 1024


def reasons_about(deployment: Deployment, target: ModelVersion, tick: Tick) -> list[Reason]:
    """Every point that speaks for or against ``target``; verified when none is against.

    ``tick(percent, words)`` is called while files are read, at least once per 64 MiB.
    """
    reasons = [_of_state(target)]
    artifacts = list(target.artifacts.select_related("file"))
    reasons += _of_files(target, artifacts, tick)
    reasons += _of_scans(artifacts)
    reasons.append(_of_content(target))
    reasons += _of_schema(deployment.model_version, target)
    return reasons


def _reason(ok: bool, text: str) -> Reason:
    return {"ok": ok, "text": text}


def _of_state(target: ModelVersion) -> Reason:
    words = {"state": target.get_state_display()}
    if target.state in states.SERVABLE:
        return _reason(True, _("Its state, “%(state)s”, lets it serve.") % words)
    return _reason(False, _("Its state, “%(state)s”, does not let it serve.") % words)


def _of_files(target: ModelVersion, artifacts: list[Artifact], tick: Tick) -> Iterator[Reason]:
    if not artifacts:
        if target.model.model_type == Model.Kind.VENDOR_API:
            yield _reason(True, _("A service of the vendor: there is no file to fetch."))
        else:
            yield _reason(False, _("No file is registered, so there is nothing to put back."))
        return
    reader = _Reader(artifacts, tick)
    bad = [words for artifact in artifacts if (words := reader.problem(artifact))]
    yield from (_reason(False, words) for words in bad)
    if not bad:
        yield _reason(
            True,
            _("Files read back and equal to their SHA-256: %(n)s.") % {"n": len(artifacts)},
        )


class _Reader:
    """Reads files again and tells how far it is."""

    def __init__(self, artifacts: list[Artifact], tick: Tick) -> None:
        self.whole = max(1, sum(artifact.size or 0 for artifact in artifacts))
        self.tick = tick
        self.read = 0

    def problem(self, artifact: Artifact) -> str:
        """Why ``artifact`` could not be put back; empty when it could."""
        words = {"path": artifact.path}
        if artifact.file is None:
            return _("%(path)s is known by its digest only; its bytes are not kept here.") % words
        try:
            found = self._digest(artifact, artifact.file.digest)
        except (MissingBytes, OSError):
            return _("%(path)s cannot be read from the vault.") % words
        if found != artifact.digest:
            return _("%(path)s does not have its recorded SHA-256 any more.") % words
        return ""

    def _digest(self, artifact: Artifact, kept: str) -> str:
        digest, words = hashlib.sha256(), _("Reading %(path)s") % {"path": artifact.path}
        self.tick(self._percent(), words)
        with open_file(kept) as stream:
            for count, piece in enumerate(iter(lambda: stream.read(_PIECE), b""), 1):
                digest.update(piece)
                self.read += len(piece)
                if count % 64 == 0:
                    self.tick(self._percent(), words)
        return digest.hexdigest()

    def _percent(self) -> int:
        return min(99, 1 + 98 * self.read // self.whole)


def _of_scans(artifacts: list[Artifact]) -> Iterator[Reason]:
    bad = {Artifact.Verdict.FINDINGS, Artifact.Verdict.ERROR}
    for artifact in artifacts:
        words = {"path": artifact.path, "verdict": artifact.get_verdict_display()}
        if artifact.verdict in bad and _is_waived(artifact):
            yield _reason(True, _("%(path)s: %(verdict)s, accepted by a waiver.") % words)
        elif artifact.verdict in bad:
            yield _reason(False, _("%(path)s: %(verdict)s.") % words)
        elif artifact.verdict == Artifact.Verdict.UNSCANNED:
            yield _reason(True, _("%(path)s was never scanned; that does not stop it.") % words)


def _is_waived(artifact: Artifact) -> bool:
    waivers = artifact.waivers.filter(
        digest=artifact.digest, ended_at=None, expires_at__gt=timezone.now()
    )
    return bool(waivers.exists())


def _of_content(target: ModelVersion) -> Reason:
    if is_as_frozen(target):
        return _reason(True, _("Its frozen content still has the digest of its submission."))
    return _reason(False, _("Its frozen content does not have the digest of its submission."))


def _of_schema(running: ModelVersion, target: ModelVersion) -> Iterator[Reason]:
    problems = problems_of_going_back(running.io_schema or {}, target.io_schema or {})
    yield from (_reason(False, words) for words in problems)
    if not problems:
        yield _reason(True, _("It accepts what callers send now and gives what they read."))
