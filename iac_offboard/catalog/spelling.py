"""Whose rules a spelling follows: the word before its dot is the provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from iac_offboard.catalog import directories, google
from iac_offboard.model import Principal

_Parser = Callable[[str, str, Mapping[str, object]], Principal | None]
_PARSERS: Mapping[str, _Parser] = {
    "gcp": google.parse,
    **dict.fromkeys(("azure", "entra", "github", "okta", "kubernetes"), directories.parse),
}


def elsewhere(spelling: str) -> _Parser | None:
    """The parser of a spelling of another provider than AWS."""
    return _PARSERS.get(spelling.partition(".")[0])
