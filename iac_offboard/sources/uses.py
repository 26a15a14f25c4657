"""Which resources of the configuration run as a role or a service account: a hint that it is in
use.

What is not known before apply names nobody here: unlike a binding, a use that is missed cuts
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from iac_offboard.catalog.paths import expand
from iac_offboard.catalog.runs_as import (
    Names,
    RunsAs,
    lookup,
    profile_name,
    role,
    service_account,
)
from iac_offboard.hcl.plain import HOLE, JSON, at, to_plain
from iac_offboard.hcl.resources import Resource, Root
from iac_offboard.hcl.values import Element, Entry, Hole, List, Str, Unknown, Value
from iac_offboard.model import CodeOrigin, Principal, Span, Target, Use
from iac_offboard.sources.places import Lines, dotted, within

_PROFILE = "aws_iam_instance_profile"


@dataclass(slots=True)
class Profiles:
    """The instance profiles of some roots and the role in each: by (root, address), for a
    reference, and by name, for a name or an ARN."""

    by_address: dict[tuple[str, str], Principal] = field(default_factory=dict)
    by_name: dict[str, set[Principal]] = field(default_factory=dict)

    @classmethod
    def of(cls, roots: Sequence[Root]) -> Profiles:
        profiles = cls()
        for root in roots:
            for resource in root.resources_of(_is_profile):
                profiles._add(root, resource)
        return profiles

    def role(self, root: Root, value: Value) -> Principal | None:
        """The role in the instance profile that ``value`` names; None as well where profiles of
        one name hold different roles."""
        for ref in _references(value):
            found = self.by_address.get((root.path, ref.rpartition(".")[0]))
            if found is not None:
                return found
        # An ARN may leave its account open, which the name does not need.
        text = value.render(HOLE) if isinstance(value, Str) else ""
        roles = self.by_name.get(profile_name(text), set())
        return next(iter(roles)) if len(roles) == 1 else None

    def _add(self, root: Root, resource: Resource) -> None:
        held = _role_of_profile(resource)
        if held is None:
            return
        self.by_address[root.path, resource.address] = held
        name = resource.attrs.get("name")
        if isinstance(name, Str) and name.text:
            self.by_name.setdefault(name.text, set()).add(held)


def _is_profile(mode: str, type_: str) -> bool:
    return mode == "managed" and type_ == _PROFILE


def _runs_as_somebody(mode: str, type_: str) -> bool:
    return mode == "managed" and bool(lookup(type_))


def _role_of_profile(resource: Resource) -> Principal | None:
    """``roles``, of old providers, is a list of one."""
    value = resource.attrs.get("role")
    older = resource.attrs.get("roles")
    if value is None and isinstance(older, List) and len(older.elements) == 1:
        value = older.elements[0].value
    return role(value.render(HOLE), "role") if isinstance(value, Str) else None


def _references(value: Value) -> tuple[str, ...]:
    if isinstance(value, Unknown):
        return (value.ref,)
    pieces = value.pieces if isinstance(value, Str) else ()
    return tuple(p.ref for p in pieces if isinstance(p, Hole)) if len(pieces) == 1 else ()


def uses_in(
    root: Root, profiles: Profiles, lines: Lines, *, label: str, directory: str
) -> Iterator[Use]:
    """Every resource instance of one root that names a role or account it runs as. ``label`` is
    what the root is called in origins."""
    for resource in root.resources_of(_runs_as_somebody):
        entries = lookup(resource.type)
        attrs = _plain(resource, entries)
        for entry in entries:
            for path, plain in expand(attrs, entry.path):
                value, chain = at(resource.attrs, path) or (Unknown("not there"), ())
                identity = _identity(root, profiles, entry, value, plain)
                if identity is None:
                    continue
                span = _span(resource, chain)
                line, digest = lines.at(span)
                origin = CodeOrigin(
                    root=label,
                    address=resource.address,
                    path=dotted(path),
                    span=span,
                    line=line,
                    digest=digest,
                    directory=directory,
                )
                provider = identity.provider
                workload = Target(provider=provider, kind=resource.type, name=resource.address)
                yield Use(identity=identity, workload=workload, origin=origin)


def _plain(resource: Resource, entries: Sequence[RunsAs]) -> dict[str, JSON]:
    """Only the attributes that the paths begin with: others may hold whole documents."""
    wanted = {entry.path.partition(".")[0].removesuffix("[*]") for entry in entries}
    return {
        name: to_plain(entry.value)
        for entry in resource.attrs.entries
        if (name := entry.key.text) is not None and name in wanted
    }


def _identity(
    root: Root, profiles: Profiles, entry: RunsAs, value: Value, plain: object
) -> Principal | None:
    if entry.names is Names.PROFILE:
        return profiles.role(root, value)
    if not isinstance(plain, str):
        return None
    named = entry.names is Names.SERVICE_ACCOUNT
    return service_account(plain) if named else role(plain, entry.path)


def _span(resource: Resource, chain: tuple[Element | Entry, ...]) -> Span:
    """The smallest written part of the resource's own block that holds the value."""
    block = resource.block.span
    spans = [c.span for link in chain for c in link.slots if within(c.span, block)]
    return min(spans, key=lambda span: span.end - span.start, default=block)
