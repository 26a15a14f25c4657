"""Identities as Entra ID, Azure, GitHub, Okta and Kubernetes spell them, by structure (rule 4)."""

from __future__ import annotations

from collections.abc import Mapping

from iac_offboard.model import Principal


def parse(spelling: str, text: str, attrs: Mapping[str, object]) -> Principal | None:  # noqa: ARG001
    """The principal that ``text`` spells, or None when it spells none. ``attrs`` are the
    resource's attributes: second facts beside the name. ``text`` may hold ``HOLE``."""
    return None
