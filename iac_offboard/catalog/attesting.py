"""Which attestation of a roster counts: everybody who relies on one asks here.

Somebody other than the leaver says that, since the leaver left, a source that this tool does not
read (an identity provider) lets the leaver in no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from iac_offboard.catalog.principal import arn_name, is_email, parse_arn
from iac_offboard.model import Attestation, Subject


def counted(subject: Subject, source: str, now: datetime) -> Attestation | None:
    """The first attestation of ``source`` (:func:`source_name`) that counts: from then on nobody
    came in there."""
    told = (a for a in _about(subject, source) if not _fault(a, subject, now))
    return min(told, key=lambda a: a.at, default=None)


def discounted(subject: Subject, source: str, now: datetime) -> tuple[str, ...]:
    """One sentence for each attestation of ``source`` that does not count."""
    return tuple(
        f"{told.by} attested it at {told.at.isoformat()}, {fault}, which proves nothing."
        for told in _about(subject, source)
        if (fault := _fault(told, subject, now))
    )


def source_name(source: str) -> str:
    """A source as it is compared: the issuer of tokens as its host in lower case and path, whether
    its URL, its claim or the ARN of its provider spells it (OpenID Connect Core 1.0, 2: an issuer
    is an https URL without query); any other ARN as it is."""
    text = source.strip()
    arn = parse_arn(text)
    if arn is not None:
        issuer = arn.resource.removeprefix("oidc-provider/")
        if arn.service != "iam" or issuer == arn.resource:
            return text
        text = issuer
    host, slash, path = text.removeprefix("https://").rstrip("/").partition("/")
    return f"{host.lower()}{slash}{path}"


def _about(subject: Subject, source: str) -> Iterator[Attestation]:
    name = source_name(source)
    return (a for a in subject.attested if source_name(a.source) == name)


def _fault(told: Attestation, subject: Subject, now: datetime) -> str:
    if subject.left_at is not None and told.at < subject.left_at:
        return "before the subject left"
    if told.at > now:
        return "which is yet to come"
    return "and is the subject" if _is_subject(told.by, subject) else ""


def _is_subject(by: str, subject: Subject) -> bool:
    """Whether the roster knows this name as the subject's. A person's name is the same in an ARN
    and before the @; of two addresses the whole counts."""
    text = by.strip().casefold()
    known = {subject.id.casefold(), *(a.value.casefold() for a in subject.aliases)}
    return text in known or any(
        _person(text) == _person(name)
        for name in known
        if not (is_email(text) and is_email(name)) and "/" not in _person(name)
    )


def _person(name: str) -> str:
    if parse_arn(name):
        return arn_name(name)
    return name.partition("@")[0] if is_email(name) else name
