"""OIDC subjects of GitHub Actions and GitLab, and whether one names a repository or covers it.

Shape: ``repo:ORG/REPO:...`` ("Security hardening with OpenID Connect", GitHub documentation);
newer tokens add immutable ids, ``repo:ORG@ID/REPO@ID:...``. In a trust policy the subject is
a pattern (StringLike: ``*`` and ``?``), which may name one repository or many. Other claims of
the token are spelled as subjects too (catalog/conditions.py): ``actor:LOGIN``,
``job_workflow_ref:ORG/REPO/PATH@REF``. GitLab: ``project_path:GROUP/PROJECT:...`` ("OpenID
Connect in AWS", GitLab documentation).
"""

from __future__ import annotations

import re

from iac_offboard.catalog.principal import GITHUB_ISSUER, is_wild

_IDS = re.compile(r"@\d+(?=[/:]|$)")


def github_subject(value: str) -> str | None:
    """The subject (lower case, without immutable ids) of a principal value ``ISSUER|SUB``, or
    None when the issuer is not GitHub's (GitHub Enterprise Server: ``HOST/_services/token``)."""
    issuer, separator, sub = value.partition("|")
    issuer = issuer.lower().removeprefix("https://").rstrip("/")
    enterprise = issuer.endswith("/_services/token") or issuer.startswith(GITHUB_ISSUER + "/")
    if not separator or not (issuer == GITHUB_ISSUER or enterprise):
        return None
    return _IDS.sub("", sub.lower())


def actor(sub: str) -> str | None:
    """The login of the person who started the run, when the subject is that claim."""
    claim, _, login = sub.partition(":")
    return login if claim == "actor" and login and not is_wild(login) else None


def project_subject(value: str) -> str | None:
    """The subject (lower case) of a principal value when it is a GitLab's, on whatever host."""
    issuer, _, sub = value.lower().partition("|")
    gitlab = sub.startswith("project_path:") or (is_wild(sub[:1]) and "gitlab" in issuer)
    return sub if gitlab else None


def named_project(sub: str) -> str | None:
    """The whole path of the one project that a GitLab subject names, else None."""
    path = sub.removeprefix("project_path:").partition(":")[0]
    return None if is_wild(path) or not path else path


def repository_claims(repository: str) -> tuple[str, ...]:
    """How the claims of GitHub tokens of this repository start that say the repository."""
    return (f"repo:{repository}:", f"repository:{repository}:", f"job_workflow_ref:{repository}/")


def login_claims(login: str) -> tuple[str, ...]:
    """The same for all repositories of a GitHub login."""
    return (f"repo:{login}/", f"job_workflow_ref:{login}/")


def named_repository(sub: str) -> tuple[str, str] | None:
    """(owner, repository) when the subject names its owner in full; the repository is ``*``
    when it is a pattern. None when even the owner is one."""
    claim, _, rest = sub.partition(":")
    if claim not in ("repo", "repository"):
        return None
    owner, slash, name = rest.partition(":")[0].partition("/")
    if not slash or not owner or is_wild(owner):
        return None
    # `repo:org/app*` also lets org/app-two in: a pattern, not the repository.
    return owner, "*" if is_wild(name) or not name else name


def admits(pattern: str, prefix: str) -> bool:
    """Can some text that starts with ``prefix`` match the pattern (``*``, ``?``)?"""
    states = _closure({0}, pattern)
    for char in prefix:
        following = set()
        for at in states:
            if at < len(pattern):
                if pattern[at] == "*":
                    following.add(at)
                elif pattern[at] in ("?", char):
                    following.add(at + 1)
        states = _closure(following, pattern)
    return bool(states)


def _closure(states: set[int], pattern: str) -> set[int]:
    """A star may also match nothing: every state behind one is reached as well."""
    found = set()
    for state in states:
        at = state
        found.add(at)
        while at < len(pattern) and pattern[at] == "*":
            at += 1
            found.add(at)
    return found
