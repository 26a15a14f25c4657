"""Which root modules read the outputs of which others: ``terraform_remote_state``.

A consumer names the place of a state; whose state that is, the backend of the other root says.
Arguments that are not known on either side (``-backend-config``) are passed over, as long as the
one that tells states of one store apart is known on both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from iac_offboard.hcl.plain import HOLE
from iac_offboard.hcl.resources import Resource, Root
from iac_offboard.hcl.values import Map, Str, Value
from iac_offboard.model import Span
from iac_offboard.sources.backends import LOCAL, REMOTE, backend_of
from iac_offboard.sources.state_references import REMOTE_STATE as TYPE
from iac_offboard.sources.terraform import TerraformSource

# Of the data source as a whole, or of its outputs, one of them or all.
_REFERENCE = re.compile(
    rb'data\.\w+\.[\w-]+(?:\[[^\]]*\])?(?:\.outputs(?:\.([\w-]+)|\["([^"]+)"\])?|(?![.\w\[]))'
)
# What tells states apart, by the backend ("Backend Configuration", Terraform documentation); the
# last one has to be known.
_TELLS: Mapping[str, tuple[str, ...]] = {
    "s3": ("bucket", "key"),
    "gcs": ("bucket", "prefix"),
    "azurerm": ("storage_account_name", "container_name", "key"),
    "remote": ("organization", "workspaces.name"),
    "http": ("address",),
    "consul": ("path",),
    "pg": ("conn_str", "schema_name"),
    "kubernetes": ("namespace", "secret_suffix"),
    "oss": ("bucket", "prefix", "key"),
    "cos": ("bucket", "prefix", "key"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a state is kept, as far as that is known."""

    type: str
    settings: Mapping[str, str]

    def same(self, other: Kept) -> bool:
        if self.type != other.type:
            return False
        names = ("path",) if self.type == LOCAL else _TELLS.get(self.type, ())
        both = [n for n in names if n in self.settings and n in other.settings]
        alike = all(self.settings[n] == other.settings[n] for n in both)
        return alike and bool(names) and names[-1] in both


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """A block of ``root`` that names an output of the state ``of``; ``output`` is "" where it takes
    all of them, or which one is not spelled there. ``data`` is the data source."""

    root: str
    address: str
    data: str
    output: str
    of: Kept
    place: Span


def kept_by(source: TerraformSource) -> Iterator[tuple[str, Kept]]:
    """The path of each root of a directory, and where its state is kept."""
    for path in source.paths:
        backend = backend_of(source, path)
        yield path, _kept(backend.type, backend.settings, Path(source.directory) / path)


def consumers(source: TerraformSource) -> Iterator[Consumer]:
    """Each use of each output of another state."""
    for root in source.repository.roots:
        places: dict[str, Kept] = {}
        for resource in root.resources_of(lambda mode, type_: mode == "data" and type_ == TYPE):
            kept = _asked(source, root, resource)
            if kept is not None:
                places.setdefault(f"data.{TYPE}.{resource.name}", kept)
        if places:
            yield from _uses(source, root, places)


def _uses(source: TerraformSource, root: Root, places: Mapping[str, Kept]) -> Iterator[Consumer]:
    label = source.label(root.path, root.variant)
    for block in root.blocks:
        if block.kind == "locals":  # each of them is a block of its own as well
            continue
        said = block.address or ".".join((block.kind, *block.labels))
        for reference in block.references:
            kept = places.get(reference.to)
            if kept is None:
                continue
            for output in _named(source, reference.span):
                yield Consumer(
                    root=label,
                    address=said,
                    data=reference.to,
                    output=output,
                    of=kept,
                    place=reference.span,
                )


def _named(source: TerraformSource, span: Span) -> Sequence[str]:
    """The outputs that a reference takes, [""] for all of them, none where it asks for none."""
    text = source.files.read(span.file)[span.start : span.end]
    found = _REFERENCE.match(text)
    if found is None:
        return []
    return [(found.group(1) or found.group(2) or b"").decode("utf-8", "replace")]


def _asked(source: TerraformSource, root: Root, resource: Resource) -> Kept | None:
    type_, config = resource.attrs.get("backend"), resource.attrs.get("config")
    if not isinstance(type_, Str) or type_.text is None:
        return None
    settings = dict(_flat(config, "")) if config is not None else {}
    return _kept(type_.text, settings, Path(source.directory) / root.path)


def _kept(type_: str, settings: Mapping[str, str], root: Path) -> Kept:
    if type_ == LOCAL:
        file = root / settings.get("path", "terraform.tfstate")
        return Kept(type=LOCAL, settings={"path": str(file.resolve())})
    return Kept(type="remote" if type_ in REMOTE else type_, settings=settings)


def _flat(value: Value, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Map):
        for entry in value.entries:
            name = entry.key.render(HOLE)
            if isinstance(entry.value, Str) and entry.value.text is not None:
                yield f"{prefix}{name}", entry.value.text
            else:
                yield from _flat(entry.value, f"{prefix}{name}.")
