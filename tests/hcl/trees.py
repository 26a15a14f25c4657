"""A tree of files in memory, and ways to look at what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.files import normal
from iac_offboard.hcl.repository import load
from iac_offboard.hcl.resources import Repository, Resource, Root
from iac_offboard.hcl.values import List, Map, Str, Value
from iac_offboard.model import Cut, SkipReason, Span


class Memory:
    """Files by path; directories are implied."""

    def __init__(self, files: Mapping[str, bytes | str]) -> None:
        self.files = {
            normal(path): data.encode() if isinstance(data, str) else data
            for path, data in files.items()
        }

    def read(self, path: str) -> bytes:
        try:
            return self.files[normal(path)]
        except KeyError:
            raise FileFault(path, SkipReason.MISSING, "is not there") from None

    def names(self, path: str) -> list[tuple[str, bool]]:
        here = normal(path)
        prefix = "" if here == "." else here + "/"
        found: dict[str, bool] = {}
        for file in self.files:
            if file.startswith(prefix):
                head, _, rest = file[len(prefix) :].partition("/")
                found[head] = found.get(head, False) or bool(rest)
        return sorted(found.items())

    def real(self, path: str) -> str:
        return normal(path)

    def text(self, span: Span) -> str:
        return self.files[span.file][span.start : span.end].decode()

    def cut(self, cut: Cut) -> str:
        return self.text(cut.span)

    def slots(self, slots: tuple[Cut, ...]) -> list[str]:
        return [self.cut(c) for c in slots]


class Tree(Memory):
    """A tree together with what it evaluates to."""

    def __init__(self, files: Mapping[str, bytes | str]) -> None:
        super().__init__(files)
        self.repository: Repository = load(self)

    @property
    def root(self) -> Root:
        return self.repository.roots[0]

    def resource(self, address: str) -> Resource:
        return next(r for r in self.root.resources if r.address == address)

    def value(self, name: str = "x") -> Value:
        """The value of an output of the first root."""
        found = self.root.outputs.get(name)
        assert found is not None
        return found

    def element_slots(self, value: Value) -> list[list[str]]:
        assert isinstance(value, List | Map)
        items = value.elements if isinstance(value, List) else value.entries
        return [self.slots(item.slots) for item in items]

    def spans(self, value: Value | None) -> list[str]:
        assert isinstance(value, Str)
        return [self.text(span) for span in value.spans]


def output(expression: str, before: str = "") -> Tree:
    """A tree whose output x is the expression."""
    return Tree({"main.tf": f"{before}\noutput x {{\n  value = {expression}\n}}\n"})
