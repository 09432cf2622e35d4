"""The events of rows that a migration writes, where actions are not to be had."""

from typing import Any

from django.utils import timezone

from ledger.canonical import canonical, plain, sha256_hex


def found(apps: Any, row: Any, *, exclude: frozenset[str], actor: str) -> None:
    """Write the insert event of ``row``, an instance of a historical model.

    ``exclude`` is the record's ``LEDGER_EXCLUDE``. The digest is of the fields that the model has
    at this migration; later ones are not compared until the record's next save.
    """
    skip = exclude | {"updated_at"}
    fields = [f for f in row._meta.concrete_fields if f.attname not in skip]
    state = plain({f.attname: f.value_from_object(row) for f in fields})
    at, label = timezone.now(), row._meta.label_lower
    columns = {
        "actor": actor,
        "action": f"{label}.founded",
        "op": "insert",
        "subject": f"{label}:{row.pk}",
        "reason": "",
        "correlation": "",
    }
    digest = sha256_hex(canonical(state))
    body = {"v": 1, "at": at, "unit": None, "state": digest, "new": state, **columns}
    apps.get_model("ledger", "Event")._base_manager.create(
        at=at, state_digest=digest, body=canonical(body).decode(), **columns
    )


def changed(
    apps: Any, row: Any, values: dict[str, Any], *, exclude: frozenset[str], actor: str, unit: Any
) -> None:
    """Set ``values`` (by column name) on ``row``, a historical model, and write the update event.

    As ``found``, the digest is of the fields that the model has at this migration.
    """
    skip = exclude | {"updated_at"}
    fields = [f for f in row._meta.concrete_fields if f.attname not in skip]
    old = plain({f.attname: f.value_from_object(row) for f in fields})
    new = old | plain(values) | {"version": old["version"] + 1}
    type(row)._base_manager.filter(pk=row.pk).update(**values, version=new["version"])
    at, label = timezone.now(), row._meta.label_lower
    columns = {
        "actor": actor,
        "action": f"{label}.migrated",
        "op": "update",
        "subject": f"{label}:{row.pk}",
        "reason": "",
        "correlation": "",
    }
    digest = sha256_hex(canonical(new))
    body = {"v": 1, "at": at, "unit": unit, "state": digest, "fields": sorted(new), **columns}
    body["old"] = {k: v for k, v in old.items() if new[k] != v}
    body["new"] = {k: v for k, v in new.items() if old[k] != v}
    apps.get_model("ledger", "Event")._base_manager.create(
        at=at, unit_id=unit, state_digest=digest, body=canonical(body).decode(), **columns
    )
