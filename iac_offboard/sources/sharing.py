"""What the root modules of a tree have to know of each other: the blocks that they share.

A block in a module's directory makes instances of every root that calls the module. Whether it may
go for one of them depends on the others, and on nothing else of them. So each root tells what it
makes of the directories that others may use, as digests; a cut asks all of them at once. What was
asked is remembered with the answer: as long as the answers are the same, so is the cut.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

from iac_offboard.catalog.policy import Path
from iac_offboard.hcl.ast import editable
from iac_offboard.hcl.plain import JSON, at, to_plain
from iac_offboard.hcl.resources import Resource, Root, Wanted
from iac_offboard.hcl.values import Unknown, Value
from iac_offboard.model import Span

Digest: TypeAlias = Callable[[str], str]
Named: TypeAlias = Callable[[Resource], Iterable[Path]]
"""The paths in a resource at which somebody is named."""
Spelling: TypeAlias = frozenset[str]
"""How one instance spells what it names: a digest for each path."""
Share: TypeAlias = Mapping[str, Mapping[str, frozenset[Spelling]]]
"""What one root makes of a directory, of each block in it: the spellings of its instances."""
Asked: TypeAlias = tuple[str, ...]
"""A directory, or a block in it, or a spelling in that."""


def spelled(value: Value) -> JSON:
    """Unknown ids of different people are different, as far as the configuration names them."""
    return to_plain(value)


def value_at(attrs: Value, path: Path) -> Value:
    """Unknown where there is nothing."""
    found = at(attrs, path)
    return found[0] if found is not None else Unknown("not there")


def folder_of(span: Span) -> str:
    """The directory that a block stands in."""
    return posixpath.dirname(span.file) or "."


def plain_digest(text: str) -> str:
    """For what does not leave this process and those that it starts."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


class Digests:
    """Of what roots tell of each other. ``digest`` is keyed where that is kept between runs."""

    def __init__(self, digest: Callable[[str], str] = plain_digest) -> None:
        self.folder = cache(digest)
        self._digest = digest
        self._blocks: dict[Span, str] = {}

    def block(self, span: Span) -> str:
        if span not in self._blocks:
            self._blocks[span] = self._digest(f"{span.start} {span.end} {span.file}")
        return self._blocks[span]

    def named(self, path: Path, value: Value) -> str:
        """A value at a path."""
        return self._digest(json.dumps([path, spelled(value)], sort_keys=True))


def share_of(roots: Iterable[Root], wanted: Wanted, named: Named, digests: Digests) -> Share:
    """What the ways of one root make of every directory but its own: that its own blocks are in
    use is known (see ``Others``)."""
    found: dict[str, dict[str, set[Spelling]]] = {}

    def block_of(root: Root, span: Span) -> set[Spelling] | None:
        folder = folder_of(span)
        if folder == root.path or not editable(span.file):
            return None
        blocks = found.setdefault(digests.folder(folder), {})
        return blocks.setdefault(digests.block(span), set())

    for root in roots:
        for resource in root.resources_of(wanted):
            made = block_of(root, resource.block.span)
            if made is not None:
                paths = named(resource)
                made.add(frozenset(digests.named(p, value_at(resource.attrs, p)) for p in paths))
        for call in root.calls:
            block_of(root, call.block.span)
    return {
        folder: {block: frozenset(made) for block, made in blocks.items()}
        for folder, blocks in found.items()
    }


class Shares:
    """What all roots make of what they share, by the path of each."""

    def __init__(self, digests: Digests, shares: Mapping[str, Share]) -> None:
        self.digests = digests
        self.shares = shares
        self.roots = frozenset(map(digests.folder, shares))
        self.folders: Counter[str] = Counter()
        self.blocks: Counter[str] = Counter()
        self.spellings: defaultdict[str, Counter[Spelling]] = defaultdict(Counter)
        for share in shares.values():
            for folder, blocks in share.items():
                self.folders[folder] += 1
                for block, made in blocks.items():
                    self.blocks[block] += 1
                    self.spellings[block].update(made)

    def others(self, path: str) -> Others:
        """All roots but the one at this path."""
        return Others(self, self.shares[path], self.digests.folder(path))


@dataclass(slots=True)
class Others:
    """The other roots of a tree. A directory that is itself a root is in use by that root.
    ``asked``: every question that was put, with its answer."""

    _shares: Shares
    _mine: Share
    _own: str
    asked: dict[Asked, bool] = field(default_factory=dict)

    def use(self, span: Span) -> bool:
        """Does any other root make something of a block?"""
        digests = self._shares.digests
        folder = digests.folder(folder_of(span))
        return self._ask((folder,)) and self._ask((folder, digests.block(span)))

    def spell(self, span: Span, path: Path, value: Value) -> bool:
        """Has every instance that others make of a block this value at this path?"""
        if not self.use(span):
            return True
        digests = self._shares.digests
        folder, block = digests.folder(folder_of(span)), digests.block(span)
        return self._ask((folder, block, digests.named(path, value)))

    def still(self, asked: Mapping[Asked, bool]) -> bool:
        """Have these questions the same answers?"""
        return all(self._ask(question) == answer for question, answer in asked.items())

    def _ask(self, asked: Asked) -> bool:
        if asked not in self.asked:
            self.asked[asked] = self._answer(*asked)
        return self.asked[asked]

    def _answer(self, folder: str, block: str = "", spelling: str = "") -> bool:
        shares, mine = self._shares, self._mine.get(folder, {})
        is_root = folder in shares.roots and folder != self._own
        if not block:
            return is_root or shares.folders[folder] > (folder in self._mine)
        if not spelling:
            return is_root or shares.blocks[block] > (block in mine)
        own = mine.get(block, frozenset())
        return not is_root and all(
            spelling in made
            for made, count in shares.spellings[block].items()
            if count > (made in own)
        )
