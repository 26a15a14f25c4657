"""Texts of Google Cloud in which identities stand among others: conditions and SSH keys.

CEL conditions ("Attribute conditions", Workload Identity Federation; "IAM conditions"): the
claims that the condition demands, each as a token's claim is spelled elsewhere
(``ISSUER|CLAIM:VALUE``, catalog/conditions.py), or as the e-mail that it compares. SSH keys of
instance metadata: ``USER:TYPE KEY COMMENT`` in lines ("Add SSH keys to VMs", Compute Engine).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from iac_offboard.catalog.google import parse
from iac_offboard.catalog.principal import HOLE, is_email
from iac_offboard.model import Principal, PrincipalKind

_GITHUB = "https://token.actions.githubusercontent.com"
_STRING = re.compile(r"""r?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", re.S)
# What a string is compared with: the attribute, then the comparison, at the end of the text
# before the string; inside a list the comparison stands before the list.
_LEFT = re.compile(
    r"""(?:(?:assertion|attribute|google|principal)\.)?([A-Za-z_]\w*)
    (?:\.(?:lowerAscii|trim)\(\))?\s*
    (==|!=|\bin\s*\[(?:[^\[\]]*,)?|\.(?:startsWith|matches|endsWith|contains)\()\s*$""",
    re.X | re.S,
)
# The claims of GitHub's tokens that say whose run it is ("OpenID Connect reference", GitHub).
_CLAIMS = frozenset({"repository", "actor", "job_workflow_ref"})
_OWNERS = frozenset({"repository_owner"})
_MAILS = frozenset({"email", "subject", "user", "upn", "preferred_username"})
_USER = re.compile(r'"userName"\s*:\s*"([^"]+)"')


def several(spelling: str) -> bool:
    """True for a spelling whose text may name several identities."""
    return spelling in ("gcp.cel", "gcp.ssh_keys")


def parse_all(spelling: str, text: str, attrs: Mapping[str, object]) -> tuple[Principal, ...]:
    """Every identity that the text names, each once, in its order. What it keeps out (``!=``)
    is nobody who gets in."""
    found = _ssh_users(text) if spelling == "gcp.ssh_keys" else _compared(text, _issuer(attrs))
    return tuple(dict.fromkeys(found))


def _compared(text: str, issuer: str) -> Iterator[Principal]:
    plain = _STRING.sub(lambda m: '"' * len(m[0]), text)
    for match in _STRING.finditer(text):
        left = _LEFT.search(_without_strings(plain[: match.start()]))
        value = match[1][1:-1]
        if left is None or not value or HOLE in value or _negated(plain[: match.start()]):
            continue
        name, how = left.groups()
        if how != "!=":
            yield from _claim(name, how, value, issuer)


def _without_strings(text: str) -> str:
    """Strings before a string, of a list, are blanks: only the list's comparison counts."""
    return re.sub(r'"+', " ", text)


def _negated(before: str) -> bool:
    """``!(assertion.actor == "x")`` and ``!assertion.sub.startsWith("x")``."""
    return re.search(r"!\s*\(?\s*[\w.]+\s*(?:==|in|\.\w+\()[^&|]*$", before) is not None


def _claim(name: str, how: str, value: str, issuer: str) -> Iterator[Principal]:
    pattern = value
    if how.startswith((".startsWith", ".contains")):
        pattern = f"{value}*" if how.startswith(".starts") else f"*{value}*"
    elif how.startswith((".endsWith", ".matches")):
        return  # a regular expression is not taken apart: the mentions of the file name it
    if name in _CLAIMS:
        yield _token(issuer, f"{name}:{pattern}")
    elif name in _OWNERS:
        yield _token(issuer, f"repo:{value}/*")
    elif name == "sub" and ":" in value:
        yield _token(issuer, pattern)
    elif name in _MAILS and is_email(value):
        mail = parse("gcp.email", value, {})
        if mail is not None:
            yield mail


def _token(issuer: str, subject: str) -> Principal:
    return Principal(provider="gcp", kind=PrincipalKind.OIDC_SUBJECT, value=f"{issuer}|{subject}")


def _issuer(attrs: Mapping[str, object]) -> str:
    """Whose tokens these are; GitHub's where the provider does not say it."""
    blocks = attrs.get("oidc")
    first = blocks[0] if isinstance(blocks, list) and blocks else None
    issuer = first.get("issuer_uri") if isinstance(first, Mapping) else None
    return issuer if isinstance(issuer, str) and HOLE not in issuer else _GITHUB


def _ssh_users(text: str) -> Iterator[Principal]:
    for line in text.splitlines():
        user = _USER.search(line)
        words = line.split()
        for name in (user[1] if user else "", words[-1] if words else "", line.partition(":")[0]):
            found = parse("gcp.email", name, {}) if is_email(name) else None
            if found is not None:
                yield found


def condition_of(text: object) -> str:
    """How a CEL condition is told from another where its text must not stand: by a digest."""
    if not isinstance(text, str) or not text:
        return ""
    return f"condition #{hashlib.sha256(text.encode()).hexdigest()[:12]}"
