"""Whether a condition keeps ``*`` to callers that are told by who they are.

``"Principal": "*"`` with a condition is met by whoever fulfils it: an address range, encryption in
transit or a shared secret is met by the leaver too, from any identity or none. Keys: "AWS global
condition context keys" and "AWS KMS condition keys"; operators: "IAM JSON policy elements:
Condition operators", both IAM user guide. ``aws:SourceVpc`` and ``aws:SourceVpce`` say from where
a request comes, not who sends it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ANY_VALUE = " any value"
"""Stands behind a key of a condition's summary whose values leave open who the caller is."""

_ARNS = frozenset({"aws:principalarn", "aws:sourcearn"})
_PATHS = frozenset({"aws:principalorgpaths"})
_ACCOUNTS = frozenset(
    {"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount"}
)
_ORGANIZATIONS = frozenset({"aws:principalorgid", "aws:sourceorgid"})
_KEYS = _ARNS | _PATHS | _ACCOUNTS | _ORGANIZATIONS
# Only what fails where the key is missing: no ...IfExists, no ForAllValues, nothing negated.
_OPERATOR = re.compile(
    r"(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like))", re.I
)
_COMPARED = re.compile(r"([\w:]+)\(([^()]+)\)")
# The owner of the resource: as good as its id ("AWS global condition context keys").
_OWNER = {"${aws:resourceaccount}": _ACCOUNTS, "${aws:resourceorgid}": _ORGANIZATIONS}


def marked(operator: str, key: str, values: Sequence[str]) -> str:
    """The key for a condition's summary, with :data:`ANY_VALUE` where one of its values lets in
    callers of any account. No value is in it."""
    told = key.lower()
    open_ = told in _KEYS and not (values and all(_is_fixed(operator, told, v) for v in values))
    return f"{key}{ANY_VALUE}" if open_ else key


def binds_callers(summary: str) -> bool:
    """Whether a condition, as its summary says (:func:`~iac_offboard.catalog.policy.
    condition_summary`), lets in nobody but identities of named accounts or organizations."""
    parts = [_COMPARED.fullmatch(part) for part in summary.partition(" #")[0].split(" and ")]
    return all(parts) and any(
        key.lower() in _KEYS
        for part in parts
        if part and _OPERATOR.fullmatch(part[1])
        for key in part[2].split(", ")
    )


def _is_fixed(operator: str, key: str, value: str) -> bool:
    if key in _ARNS:
        *before, account, resource = value.split(":", 5) if value.count(":") >= 5 else ("", "")
        # Between String operators a wildcard means any text, over the colons too.
        whole = _plain("".join(before)) or "arn" in operator.lower()
        return whole and _plain(account or resource)
    if key in _PATHS:
        return _plain(value.partition("/")[0])
    return _plain(value) or key in _OWNER.get(value.lower(), ())


def _plain(text: str) -> bool:
    """Free of wildcards, variables and unknown parts."""
    return re.fullmatch(r"[^*?$\x00]+", text) is not None
