"""Identities of Entra ID, Azure, GitHub, Okta and Kubernetes, by structure (rule 4).

A spelling is ``PROVIDER.WORD``; the word says what may stand at the place. An id that only the
cloud knows is decided where the configuration names what has it (``catalog.naming``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from iac_offboard.catalog import entra, github, kubernetes, okta
from iac_offboard.model import Principal

_READERS: Mapping[str, Callable[[str, Mapping[str, object]], Principal | None]] = {
    **entra.READERS,
    **github.READERS,
    **okta.READERS,
    **kubernetes.READERS,
}
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")


def parse(spelling: str, text: str, attrs: Mapping[str, object]) -> Principal | None:
    """The principal that ``text`` spells, or None when it spells none. ``attrs`` are the
    attributes beside it and, behind those, the resource's own: second facts, and what a subject
    needs besides its name. ``text`` may hold ``HOLE``."""
    provider, _, word = spelling.partition(".")
    # What Azure's own resources name are objects of Entra ID.
    reader = _READERS.get(f"{'entra' if provider == 'azure' else provider}.{word}")
    return reader(text.strip(), attrs) if reader is not None and text.strip() else None


def spellings() -> frozenset[str]:
    """Every spelling that ``parse`` knows, Azure's under Entra's name."""
    return frozenset(_READERS)


def parts(spelling: str, text: str) -> tuple[str, ...]:
    """The texts in which identities are sought: of a rule (``user.login == "x"``) each of its
    quoted literals, of anything else the text itself."""
    if not spelling.endswith(".rule"):
        return (text,)
    return tuple(a or b for a, b in _QUOTED.findall(text) if a or b)
