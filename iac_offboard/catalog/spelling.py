"""Whose rules a spelling follows: the word before its dot is the provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from iac_offboard.catalog import amazon, directories, google
from iac_offboard.model import Principal

_Parser = Callable[[str, str, Mapping[str, object]], Principal | None]
_PARSERS: Mapping[str, _Parser] = {
    "gcp": google.parse,
    **dict.fromkeys(("azure", "entra", "github", "okta", "kubernetes"), directories.parse),
}


def elsewhere(spelling: str) -> _Parser | None:
    """The parser of a spelling that is none of IAM's own (``principal.parse_principal``)."""
    if spelling in amazon.READERS:
        return amazon.parse
    return _PARSERS.get(spelling.partition(".")[0])


def parts(spelling: str, text: str) -> tuple[str, ...]:
    """The texts in which identities are sought: the literals of a rule or a policy, else the
    text itself."""
    return amazon.cedar(text) if spelling == "aws.cedar" else directories.parts(spelling, text)
