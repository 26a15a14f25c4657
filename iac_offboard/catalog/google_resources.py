"""Things of Google Cloud: full resource names, and what code spells instead of them.

A row (``full`` in ``gcp.toml``) says the full resource name of its thing as a template, such as
``//pubsub.googleapis.com/projects/{project}/topics/{topic}``. From it come both directions and
every spelling that the provider takes: the short name beside ``project``, ``projects/p/topics/t``
(so states hold it), ``p/t`` as for an import, ``b/bucket``, ``folders/456``, a self link, and the
full resource name itself.

Sources: "Full resource names" (AIP-122); "Asset names" (Cloud Asset Inventory), whose search
spells projects by id; the ids for import in the documentation of the provider. In a template
``{name=**}`` is a part that may hold slashes (AIP-127), and ``{parent}`` one of the resource
hierarchy: ``projects/p``, or as deny policies spell it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from urllib.parse import quote, unquote

from iac_offboard.catalog.paths import expand
from iac_offboard.catalog.policy import Json
from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.rows import TargetSpec, rows

GENERIC = "gcp_resource"
"""The kind of a thing that no row speaks of; its name is its full resource name."""

_PART = re.compile(r"\{([^}=]+)(=\*\*)?\}")
_PLACES = ("location", "region", "zone")
_PARENT = r"(?:(?:projects|folders|organizations|billingAccounts)/[^/]+|[^/]*%2F[^/]+)"
# What may stand before a relative name: scheme and host, path and version of the API, and the
# collection of buckets.
_BEFORE = re.compile(
    r"""^(?:(?:https?:)?//[^/]+/(?:(?:compute|storage|bigquery|dns)/(?=v\d))?)?
    (?:v\d\w*/(?=(?:projects|organizations|folders|locations|b)/))?
    (?:b/|projects/_/buckets/)?""",
    re.X,
)
_HIERARCHY = re.compile(r"^(projects|folders|organizations|billingAccounts)/([^/]+)")
_SERVICE_ACCOUNT = "gcp_service_account"
_OF_PROJECT = ".iam.gserviceaccount.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """``kind`` and ``name`` are those of a ``Target``; ``account`` is the project's id, or
    ``folders/456``, ``organizations/123``, ``billingAccounts/01-..`` (None where the name does not
    say it: a bucket's); ``full`` the full resource name, "" while a part of it is not known;
    ``place`` the location, region or zone that the name is unique in, "" for none."""

    kind: str
    name: str
    account: str | None
    full: str
    place: str = ""


@lru_cache(maxsize=65536)
def of(full: str) -> Resource:
    """What a full resource name names. Of a thing that no row speaks of: ``GENERIC``."""
    host = full.removeprefix("//").partition("/")[0]
    for one in _by_host().get(host, ()):
        found = one.expression.fullmatch(full)
        if found is not None:
            values = {name: found[f"p{i}"] for i, name in enumerate(one.parts)}
            return replace(_resource(one, values, full), full=full)
    relative = full.removeprefix("//").partition("/")[2]
    return Resource(kind=GENERIC, name=full, account=_account(relative), full=full)


def full_name(kind: str, name: str, account: str | None, **parts: str) -> str:
    """The full resource name of a thing, as ``of`` reads it; ``parts`` are those that neither its
    name nor its account say (``location``; a service account's ``unique_id``). "" where one is not
    known, or no row speaks of the kind."""
    one = _by_kind().get(kind)
    if one is None:
        return ""
    values = dict(parts)
    if kind == _SERVICE_ACCOUNT:
        values[one.parts[-1]] = parts.get("unique_id", "")
    elif one.name == one.parts[-1:]:
        values.setdefault(one.parts[-1], name)
    else:
        values |= zip(one.name, name.split("/", len(one.name) - 1), strict=False)
    _set_account(one, account, values)
    return one.filled(values)


def located(kind: str) -> bool:
    """Is a name of this kind unique in one location alone?"""
    one = _by_kind().get(kind)
    return one is not None and any(part in _PLACES for part in one.parts)


def attributes(full: str) -> tuple[str, ...]:
    """The attributes that a template names."""
    return tuple(name for name, _ in _PART.findall(full))


def in_code(spec: TargetSpec, attrs: Json) -> Resource | None:
    """The thing that a resource's attributes spell, as far as they are known (its name is "" where
    they do not say it); None where the row has no full resource name."""
    if not spec.full:
        return None
    one = _template(spec.kind, spec.name, spec.full)
    values: dict[str, str] = {}
    # A long spelling says more than the attribute of a part, and the last one most of all.
    for part in one.parts:
        for _, value in expand(attrs, part):
            if isinstance(value, str) and value and value != HOLE:
                values |= one.spelled(part, value)
    found = _resource(one, values, one.filled(values))
    return found if one.name else replace(found, name="")


# --------------------------------------------------------------------------- templates


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    """``parts`` are the attributes of the full name in order, ``name`` those of the target's name
    (() where the row takes it from elsewhere); ``segments`` the relative name."""

    kind: str
    full: str
    parts: tuple[str, ...]
    name: tuple[str, ...]
    segments: tuple[str, ...]
    expression: re.Pattern[str]

    def filled(self, values: Mapping[str, str]) -> str:
        """The full name; "" while a part is missing."""
        if not all(values.get(part) for part in self.parts):
            return ""
        return _PART.sub(lambda m: values[m[1]], self.full)

    def spelled(self, part: str, text: str) -> dict[str, str]:
        """The parts that the text at one attribute spells."""
        if f"{{{part}=**}}" in self.full or part == "parent" or "/" not in text:
            return _known({part: text.removesuffix("/")})
        wanted = self.segments[: 1 + self._at(part)]
        given = _BEFORE.sub("", text).strip("/").split("/")
        if wanted[0] == "{parent}" and len(given) == len(wanted) + 1:
            given[:2] = ["/".join(given[:2])]
        found = _aligned(wanted, given)
        if found is None:  # as for an import: the parts alone
            parts = [s for s in wanted if _PART.fullmatch(s)]
            found = _aligned(parts, given) if len(given) <= len(parts) else None
        return found or {}

    def _at(self, part: str) -> int:
        return next(i for i, s in enumerate(self.segments) if f"{{{part}}}" in s)


def _aligned(wanted: tuple[str, ...] | list[str], given: list[str]) -> dict[str, str] | None:
    """The parts of ``given``, held against the end of ``wanted``; None where they do not fit."""
    if len(given) > len(wanted):
        return None
    found: dict[str, str] = {}
    for segment, text in zip(reversed(wanted), reversed(given), strict=False):
        match = re.fullmatch(_expression(segment), text)
        if match is None and text != HOLE:
            return None
        names = attributes(segment)
        found |= {n: match[f"p{i}"] for i, n in enumerate(names)} if match is not None else {}
    return _known(found)


def _known(values: Mapping[str, str]) -> dict[str, str]:
    """An e-mail is known by what stands before its project."""
    return {n: text for n, text in values.items() if text and HOLE not in text.partition("@")[0]}


@cache
def _expression(template: str) -> str:
    pieces, at = [], 0
    for i, found in enumerate(_PART.finditer(template)):
        body = ".+" if found[2] else _PARENT if found[1] == "parent" else "[^/]+"
        pieces += [re.escape(template[at : found.start()]), f"(?P<p{i}>{body})"]
        at = found.end()
    return "".join((*pieces, re.escape(template[at:])))


@cache
def _template(kind: str, name: str, full: str) -> _Template:
    parts = attributes(full)
    named = attributes(name) if "{" in name else (name,)
    relative = _BEFORE.sub("", full)
    return _Template(
        kind=kind,
        full=full,
        parts=parts,
        name=named if set(named) <= set(parts) else (),
        segments=tuple(relative.split("/")),
        expression=re.compile(_expression(full), re.S),
    )


def _templates() -> Iterator[_Template]:
    specs = (p.target for row in rows().values() for p in row.paths)
    own = (row.target for row in rows().values() if row.target is not None)
    for spec in dict.fromkeys((*specs, *own)):
        if spec.full:
            yield _template(spec.kind, spec.name, spec.full)


@cache
def _by_kind() -> Mapping[str, _Template]:
    return {one.kind: one for one in reversed(tuple(_templates()))}


@cache
def _by_host() -> Mapping[str, tuple[_Template, ...]]:
    """Those with the most to compare first: a bucket's is any text."""
    found: dict[str, list[_Template]] = {}
    for one in _templates():
        found.setdefault(one.full.removeprefix("//").partition("/")[0], []).append(one)
    return {
        host: tuple(sorted(of_host, key=lambda one: -len(one.segments)))
        for host, of_host in found.items()
    }


# --------------------------------------------------------------------------- what they say


def _resource(one: _Template, values: Mapping[str, str], full: str) -> Resource:
    relative = one.filled({p: values.get(p, HOLE) for p in one.parts}).split("/", 3)[3]
    account = _account(relative)
    if one.kind == _SERVICE_ACCOUNT:
        return _service_account(values, account, full)
    name = "/".join(values.get(n, "") for n in one.name)
    if not all(values.get(n) for n in one.name):
        name = ""
    elif not one.name and full:
        name = relative  # of a kind whose row names it by an attribute of its own
    place = next((values[p] for p in _PLACES if p in values and p in one.parts), "")
    return Resource(kind=one.kind, name=name, account=account, full=full, place=place)


def _service_account(values: Mapping[str, str], account: str | None, full: str) -> Resource:
    """By its account id, where the e-mail is one of a project's accounts; else by the e-mail or the
    unique id. The full name spells it by its unique id."""
    said = next((v for k, v in values.items() if k in ("service_account_id", "unique_id")), "")
    name, at, domain = said.partition("@")
    if at and domain.endswith(_OF_PROJECT):
        # A project of a domain: ``example.com:acme`` is ``acme.example.com`` there.
        project, dot, of_domain = domain.removesuffix(_OF_PROJECT).partition(".")
        account = account if HOLE in domain else f"{of_domain}:{project}" if dot else project
    elif at:
        name = said if HOLE not in said else ""
    return Resource(
        kind=_SERVICE_ACCOUNT, name=name, account=account, full="" if HOLE in full or at else full
    )


def _account(relative: str) -> str | None:
    """The project, folder, organization or billing account that a relative name begins with."""
    if relative.startswith("policies/"):  # of an attachment point, quoted
        relative = unquote(relative.split("/")[1]).partition("/")[2]
    found = _HIERARCHY.match(relative)
    if found is None or HOLE in found[2] or found[2] in ("-", "_"):
        return None
    collection, which = found.groups()
    # An organization of Apigee is called like its project.
    of_project = collection == "organizations" and not which.isdigit()
    return which if collection == "projects" or of_project else f"{collection}/{which}"


def _set_account(one: _Template, account: str | None, values: dict[str, str]) -> None:
    if account is None:
        return
    path = account if "/" in account else f"projects/{account}"
    first = _HIERARCHY.match("/".join(one.segments))
    if one.segments[0] == "policies":
        values.setdefault("parent", quote(f"cloudresourcemanager.googleapis.com/{path}", safe=""))
    elif "parent" in one.parts:
        values.setdefault("parent", path)
    elif first is not None and (names := attributes(first[2])):
        values.setdefault(names[0], account.rpartition("/")[2])
