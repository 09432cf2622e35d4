"""Identifiers: stable from export to export, and of the form that OSCAL wants."""

import uuid

NAMESPACE = uuid.UUID("7f0f6f0e-6a53-5d0c-9a77-0d5c4be2a9d1")
# The namespace of our properties; an address of no meaning beyond its uniqueness.
NS = "https://assay.invalid/ns/oscal"
VERSION = "1.2.1"


def stable(*words: str) -> str:
    """A version 5 UUID: the same words give the same one, on any machine."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(words)))


def control_id(key: str) -> str:
    """``MEASURE 2.4`` → ``measure-2.4``; a key that begins with a digit gets a prefix."""
    token = key.lower().replace(" ", "-")
    return token if token[:1].isalpha() else f"c-{token}"


def prop(name: str, value: object) -> dict[str, str]:
    """A property of ours; OSCAL allows no empty value."""
    return {"name": name, "ns": NS, "value": str(value) or "-"}
