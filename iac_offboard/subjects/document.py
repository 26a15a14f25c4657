"""The YAML or JSON form of the subjects file, version 1 (DESIGN.md, "Subjects file")."""

from __future__ import annotations

import json
import re
from datetime import datetime

import yaml

from iac_offboard.model import Alias, Attestation
from iac_offboard.subjects import aliases, times
from iac_offboard.subjects.draft import Draft, named, read_grace, read_kind, read_status, read_tier
from iac_offboard.subjects.faults import Faults
from iac_offboard.subjects.nodes import Fields, is_null, line_of, scalar_text

VERSION = "1"
_MAX_DEPTH = 100
_TOP = ("version", "subjects")
_SUBJECT = (
    "id",
    "kind",
    "left_at",
    "rehired_at",
    "case",
    "aliases",
    "status",
    "legal_hold",
    "release",
    "break_glass",
    "tier",
    "grace",
    "attested",
)
_ATTESTED = ("source", "by", "at")
_ALIAS = (*aliases.MAPPING_KEYS, "accounts", "name", "shared")
# What holds a plan without being a resource, in the words of the hold (plan.guards).
# A Google account is a project, organizations/ID, folders/ID or billingAccounts/ID.
_GUARD = re.compile(
    r"^(?:break-glass|rehired|last-admin:(?:\d{12}|[a-z][\w.:-]*(?:/[\w-]+)?)|last-principal:arn:\S+)$"
)
# A Terraform resource address ("Resource Address Reference"), an ARN or a Pulumi URN.
_ADDRESS = re.compile(
    r"^(?:arn:\S+|urn:\S+|(?:[\w-]+(?:\[(?:\d+|\"[^\"]*\")\])?\.)+[\w-]+(?:\[(?:\d+|\"[^\"]*\")\])?)$"
)


def read_document(text: str, faults: Faults) -> list[Draft]:
    """Every subject of a YAML or JSON text; what is wrong goes to ``faults``."""
    root = _compose(text, faults)
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        faults.add(line_of(root), 'the file has to be a mapping with "version" and "subjects"')
        return []
    if _is_sops(root):
        faults.add(line_of(root), "the file is encrypted with sops: decrypt it first (sops -d)")
        return []
    top = Fields(root, _TOP, "of the file", faults)
    _check_version(top, faults)
    if top.node("subjects") is None:
        faults.add(top.line_at("subjects"), 'the file has no "subjects"')
    return [_subject(node, faults) for node in top.list("subjects")]


def _depth(text: str) -> int:
    """How deep brackets nest at most, quotes aside: enough to refuse a tower of them before a
    recursive parser climbs it."""
    depth = deepest = 0
    for sign in text:
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _compose(text: str, faults: Faults) -> yaml.Node | None:
    if _depth(text) > _MAX_DEPTH:
        faults.add(0, "the file is nested too deeply to be a subjects file")
        return None
    if text.lstrip()[:1] in ("{", "["):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            pass  # may still be YAML's flow style, whose own error is the better one
        else:
            # JSON allows tabs between tokens (RFC 8259, 2), YAML's scanner does not; inside
            # JSON strings there are none.
            text = text.replace("\t", " ")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.add(mark.line + 1 if mark else 0, f"YAML syntax: {_problem(error)}")
        return None
    except yaml.reader.ReaderError as error:
        faults.add(text.count("\n", 0, error.position) + 1, "a character that YAML forbids")
        return None
    except RecursionError:
        faults.add(0, "the file is nested too deeply to be a subjects file")
        return None
    if root is None or is_null(root):
        faults.add(0, "the file is empty")
        return None
    return root


def _problem(error: yaml.MarkedYAMLError) -> str:
    # The composer's own sentences spell anchors and values of the file.
    if isinstance(error, yaml.composer.ComposerError):
        if error.problem and "another document" in error.problem:
            return "a second document (---) starts here; the file has to be one document"
        return "an anchor or an alias (& or *) that does not fit"
    return error.problem or error.context or "the text is no YAML"


def _is_sops(root: yaml.MappingNode) -> bool:
    return any(
        isinstance(key, yaml.ScalarNode)
        and key.value == "sops"
        and isinstance(value, yaml.MappingNode)
        for key, value in root.value
    )


def _check_version(top: Fields, faults: Faults) -> None:
    version = top.text("version")
    if version is None:
        if "version" not in top.keys:
            faults.add(top.line, f'the file has no "version"; this tool reads version {VERSION}')
    elif version != VERSION:
        faults.add(top.line_at("version"), f"unknown version; this tool reads version {VERSION}")


def _subject(node: yaml.Node, faults: Faults) -> Draft:
    draft = Draft(line=line_of(node))
    if not isinstance(node, yaml.MappingNode):
        faults.add(draft.line, "a subject has to be a mapping with id, kind and aliases")
        return draft
    draft.id = _peek_id(node)
    where = named(draft.id)
    fields = Fields(node, _SUBJECT, where, faults)
    draft.id = (fields.text("id") or "").strip()
    if not draft.id:
        faults.add(fields.line_at("id"), 'a subject has no "id"')
    kind = fields.text("kind")
    if kind is not None:
        draft.kind = read_kind(kind, fields.line_at("kind"), where, faults)
    elif fields.node("kind") is None:
        faults.add(fields.line_at("kind"), f'"kind" {where} is missing')
    draft.case = fields.text("case") or ""
    draft.legal_hold = fields.flag("legal_hold")
    draft.break_glass = fields.flag("break_glass")
    draft.left_at = _instant("left_at", fields, where, faults)
    draft.rehired_at = _instant("rehired_at", fields, where, faults)
    _read_status(draft, fields, where, faults)
    tier = fields.text("tier")
    if tier is not None:
        draft.tier = read_tier(tier, fields.line_at("tier"), where, faults)
    grace = fields.text("grace")
    if grace is not None:
        draft.grace = read_grace(grace, fields.line_at("grace"), where, faults)
    _read_release(draft, fields, where, faults)
    draft.attested = [
        a for n in fields.list("attested") if (a := _attestation(n, where, faults)) is not None
    ]
    _read_aliases(draft, fields, where, faults)
    return draft


def _peek_id(node: yaml.MappingNode) -> str:
    """The id before the mapping is checked, so that its faults can name the subject."""
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value == "id":
            return (scalar_text(value) or "").strip()
    return ""


def _instant(key: str, fields: Fields, where: str, faults: Faults) -> datetime | None:
    text = fields.text(key)
    if text is None:
        return None
    try:
        return times.instant(text)
    except times.TimeError as error:
        faults.add(fields.line_at(key), f'"{key}" {where} {error}')
        return None


def _read_status(draft: Draft, fields: Fields, where: str, faults: Faults) -> None:
    text = fields.text("status")
    if text is None:
        return
    status = read_status(text, fields.line_at("status"), where, faults)
    draft.status = status or draft.status


def _read_release(draft: Draft, fields: Fields, where: str, faults: Faults) -> None:
    for node in fields.list("release"):
        address = scalar_text(node)
        if address is None or not (_ADDRESS.match(address) or _GUARD.match(address)):
            faults.add(
                line_of(node),
                f'an entry of "release" {where} is no resource address (TYPE.NAME, quoted when '
                "it has an instance key), break-glass, rehired, last-admin:ACCOUNT or "
                "last-principal:ARN",
            )
        else:
            draft.release.append(address)


def _attestation(node: yaml.Node, where: str, faults: Faults) -> Attestation | None:
    place = f"of an attestation {where}"
    if not isinstance(node, yaml.MappingNode):
        faults.add(line_of(node), f'an entry of "attested" {where} has to be {{source, by, at}}')
        return None
    fields = Fields(node, _ATTESTED, place, faults)
    source, by, at = (fields.text(key) for key in _ATTESTED)
    for key in _ATTESTED:
        if fields.node(key) is None:
            faults.add(fields.line_at(key), f'"{key}" {place} is missing')
    if not source or not by or at is None:
        return None
    try:
        return Attestation(source=source, by=by, at=times.instant(at))
    except times.TimeError as error:
        faults.add(fields.line_at("at"), f'"at" {place} {error}')
        return None


def _read_aliases(draft: Draft, fields: Fields, where: str, faults: Faults) -> None:
    nodes = fields.list("aliases")
    listed = fields.node("aliases")
    if not nodes and (listed is None or isinstance(listed, yaml.SequenceNode)):
        faults.add(fields.line_at("aliases"), f'"aliases" {where} is empty: nothing could match')
    for node in nodes:
        try:
            alias = _alias(node, where, faults)
        except aliases.AliasError as error:
            faults.add(line_of(node), f"{error} ({where})")
            continue
        if alias is not None:
            draft.aliases.append((line_of(node), alias))


def _alias(node: yaml.Node, where: str, faults: Faults) -> Alias | None:
    if isinstance(node, yaml.MappingNode):
        return _mapping_alias(node, where, faults)
    if is_null(node):
        raise aliases.AliasError("an alias is empty")
    text = scalar_text(node)
    if text is None:
        raise aliases.AliasError("an alias has to be a string (in quotes) or a mapping")
    return aliases.infer(text)


def _mapping_alias(node: yaml.MappingNode, where: str, faults: Faults) -> Alias | None:
    fields = Fields(node, _ALIAS, f"of an alias {where}", faults)
    kinds = [key for key in aliases.MAPPING_KEYS if key in fields.keys]
    accounts = _accounts(fields, where, faults)
    shared, name = fields.flag("shared"), fields.text("name") or ""
    if len(kinds) != 1:
        if len(kinds) > 1 or len(fields.keys) == len(node.value):
            known = ", ".join(aliases.MAPPING_KEYS)
            faults.add(fields.line, f"an alias {where} needs exactly one of: {known}")
        return None
    if fields.node(kinds[0]) is None:
        raise aliases.AliasError("an alias is empty")
    text = fields.text(kinds[0])
    if text is None:
        return None
    kind = aliases.MAPPING_KEYS[kinds[0]]
    return aliases.typed(kind, text, accounts=accounts, shared=shared, name=name)


def _accounts(fields: Fields, where: str, faults: Faults) -> frozenset[str]:
    found = set()
    for node in fields.list("accounts"):
        try:
            found.add(aliases.account(scalar_text(node) or ""))
        except aliases.AliasError as error:
            faults.add(line_of(node), f"{error} ({where})")
    if "accounts" in fields.keys and not fields.list("accounts"):
        faults.add(fields.line_at("accounts"), f'"accounts" {where} is empty')
    return frozenset(found)
