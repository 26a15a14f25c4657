"""References to what an edit took away, which the edit left standing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from iac_offboard.edit.spans import EditResult
from iac_offboard.hcl.resources import Reference, Repository, TopBlock
from iac_offboard.model import Span
from iac_offboard.sources.places import within
from iac_offboard.sources.terraform import TerraformSource

# `data.aws_iam_user.admin["alice"]` of `data.aws_iam_user.admin["alice"].arn`
_INSTANCE = re.compile(r'(?:data\.)?[\w-]+\.[\w-]+\[(?:"[^"]*"|\d+)\]')
# These may name what is no longer there: that is what they are for.
_HISTORY = ("moved", "removed")
_TWICE = "locals"  # each of them is a block of its own as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Dangling:
    """A reference of ``block`` to what is gone, which ``text`` calls by its address."""

    block: TopBlock
    reference: Reference
    text: str

    def place(self, source: TerraformSource) -> str:
        """File and line."""
        span = self.reference.span
        line = source.files.read(span.file).count(b"\n", 0, span.start) + 1
        return f"{span.file}:{line}"


def dangling(
    source: TerraformSource, after: TerraformSource, result: EditResult
) -> tuple[Dangling, ...]:
    """References of the reading BEFORE that the edit did not take, to what it took."""
    if not result.removed:
        return ()
    standing = _addresses(after.repository)
    # A directory that nothing calls any more (a link, a downloaded module) is as whole as it was.
    in_use = {module for module, _ in standing}
    gone = {(m, a) for m, a in _addresses(source.repository) - standing if m in in_use}
    gone_instances = _instances(source.repository) - _instances(after.repository)
    modules = {module for module, _ in gone | gone_instances}
    found: dict[Span, Dangling] = {}
    for root in source.repository.roots if modules else ():
        for block in root.blocks:
            if block.module not in modules or block.kind in (*_HISTORY, _TWICE):
                continue
            for reference in left_standing(block.references, result):
                instance = _instance_named(source, reference)
                if (block.module, reference.to) in gone:
                    text = reference.to
                elif instance and (block.module, instance) in gone_instances:
                    text = instance
                else:
                    continue
                left = Dangling(block=block, reference=reference, text=text)
                found.setdefault(reference.span, left)
    return tuple(found.values())


def left_standing(references: Iterable[Reference], result: EditResult) -> list[Reference]:
    """Those that the edit did not take."""
    return [r for r in references if not any(within(r.span, gone) for gone in result.removed)]


def _instance_named(source: TerraformSource, reference: Reference) -> str:
    span = reference.span
    text = source.files.read(span.file)[span.start : span.end].decode("utf-8", "replace")
    found = _INSTANCE.match(text)
    return found.group() if found else ""


def _addresses(repository: Repository) -> set[tuple[str, str]]:
    return {(b.module, b.address) for root in repository.roots for b in root.blocks if b.address}


def _instances(repository: Repository) -> set[tuple[str, str]]:
    """Instances of resources and module calls as the code of a root itself calls them."""
    return {
        (root.path, address)
        for root in repository.roots
        for address in (*(r.address for r in root.resources), *(c.address for c in root.calls))
    }
