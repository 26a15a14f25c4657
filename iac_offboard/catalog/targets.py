"""What the bindings of a resource are about, by the row's paths."""

from __future__ import annotations

import re
from collections.abc import Mapping

from iac_offboard.catalog import google_resources
from iac_offboard.catalog.families import OTHERS
from iac_offboard.catalog.naming import names_in
from iac_offboard.catalog.paths import expand
from iac_offboard.catalog.policy import Json
from iac_offboard.catalog.principal import HOLE, arn_name, parse_arn
from iac_offboard.catalog.rows import PathEntry
from iac_offboard.model import Target


def targets(entry: PathEntry, attrs: Json, account: str | None) -> list[Target]:
    """One for each name at the path, however often it stands there; one without a name where none
    is known."""
    spec = entry.target
    provider = entry.spelling.partition(".")[0]
    arns = [known(v) for _, v in expand(attrs, spec.arn)] if spec.arn else []
    unique = [known(v) for _, v in expand(attrs, spec.unique_id)] if spec.unique_id else []
    names = names_at(spec.name, attrs)
    thing = google_resources.in_code(spec, attrs)
    found = []
    if thing is not None:
        names = [thing.name] if thing.name else names
        arns = [thing.full] if thing.full and len(names) < 2 else []
        account = thing.account or account
    for i, name in enumerate(names or [""]):
        arn = (arns[i] if len(arns) == len(names) else arns[0]) if arns else ""
        parsed = parse_arn(arn) if arn else None
        found.append(
            Target(
                provider=provider,
                kind=spec.kind,
                name=_target_name(spec.kind, name),
                account=(parsed.account if parsed else None) or account,
                region=parsed.region if parsed else None,
                arn=arn or None,
                unique_id=unique[0] if unique and unique[0] else None,
            )
        )
    return list(dict.fromkeys(found))


# Kinds whose name in Terraform may be spelled as an ARN or a URL where AWS speaks of a name.
_NAMED_BY_LAST_PART = {"sns_topic", "sqs_queue", "lambda_function", "kms_key"}


def _target_name(kind: str, name: str) -> str:
    if kind == "sqs_queue" and "/" in name:
        return name.rsplit("/", 1)[-1]
    return arn_name(name) if kind in _NAMED_BY_LAST_PART else name


def known(value: Json) -> str:
    """The text when all of it is known, else ""."""
    return value if isinstance(value, str) and HOLE not in value else ""


def _called(value: Json) -> str:
    """As ``known``; a group whose id is not known before apply by the name that it has."""
    names = names_in(value) if isinstance(value, str) else ()
    word, _, name = names[0].partition(":") if names else ("", "", "")
    return name if word == "group" else known(value)


# What every resource of Google's IAM has beside the names of its thing.
_COMMON = frozenset(
    {
        *("role", "member", "members", "condition", "policy_data", "service", "audit_log_config"),
        *("project", "location", "region", "zone", "id", "etag", "timeouts"),
    }
)


def names_at(template: str, attrs: Json) -> list[str]:
    """The texts at a path, or those that a template with paths in braces makes."""
    if template == OTHERS:
        others = sorted(set(attrs) - _COMMON) if isinstance(attrs, Mapping) else []
        return ["/".join(text for name in others for text in names_at(name, attrs) if text)]
    if "{" not in template:
        return [_called(v) for _, v in expand(attrs, template)]
    names = [""]
    for literal, path in re.findall(r"([^{]*)(?:\{([^}]*)\})?", template):
        values = [known(v) for _, v in expand(attrs, path)] if path else [""]
        if path and not any(values):
            return [""]
        names = [n + literal + v for n in names for v in values]
    return names
