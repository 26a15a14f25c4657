"""Reads some of the roots of a tree for another process, which starts this one (``processes``).

It is asked on stdin and answers on stdout, one pickle each: whoever starts it is this program
too. It ends when nobody asks any more.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias

from iac_offboard.hcl.configuration import Configurations, Outline
from iac_offboard.hcl.context import Faults
from iac_offboard.hcl.recursion import allow_deep_recursion, collector_paused
from iac_offboard.pipeline.anew import outlined
from iac_offboard.pipeline.evaluated import Evaluated, OneProcess
from iac_offboard.pipeline.questions import seal
from iac_offboard.pipeline.reading import KeptOutline
from iac_offboard.pipeline.tree import Tree
from iac_offboard.pipeline.watched import Question, Watched
from iac_offboard.sources.sharing import Digests, Share, Shares

Sealed: TypeAlias = Mapping[Question, str]
"""Questions with the digests of the answers that were had; none where nothing is kept."""


@dataclass(slots=True)
class Worker:
    """What can be asked."""

    tree: Tree
    watched: Watched
    configurations: Configurations
    digests: Digests
    evaluation: OneProcess
    _seals: dict[Question, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Tree) -> Worker:
        watched, digests = Watched(tree.files()), Digests(tree.digest)
        source = tree.source(watched)
        source.configurations = configurations = Configurations(watched, Faults())
        evaluation = OneProcess(source, watched, tree.concerns(), digests)
        return cls(tree, watched, configurations, digests, evaluation)

    def outlines(self, folders: Sequence[str]) -> tuple[list[KeptOutline], Sealed]:
        """Those of directories with configuration."""
        found = [(path, self.configurations.outline(path)) for path in folders]
        kept = [outlined(path, one, self.watched) for path, one in found if one is not None]
        return kept, self._sealed(question for one in kept for question in one.asked)

    def shares(self, outlines: Mapping[str, Outline], paths: Sequence[str]) -> dict[str, Share]:
        """Of roots, given the outlines of all directories."""
        self.configurations.know(outlines)
        return self.evaluation.shares(paths)

    def found(
        self, paths: Sequence[str], shares: Mapping[str, Share]
    ) -> tuple[dict[str, Evaluated], Sealed]:
        """What is found in roots, given the shares of all."""
        found = self.evaluation.found(paths, Shares(self.digests, shares))
        return found, self._sealed(q for one in found.values() for q in one.asked or ())

    def _sealed(self, questions: Iterable[Question]) -> Sealed:
        cache = self.tree.cache
        if cache is None:
            return {}
        for question in dict.fromkeys(questions):
            if question not in self._seals:
                self._seals[question] = seal(cache, self.watched.put(question))
        return self._seals


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer until nobody asks."""
    allow_deep_recursion()
    worker = Worker.of(pickle.load(asked))
    verbs = {"outlines": worker.outlines, "shares": worker.shares, "found": worker.found}
    while True:
        try:
            verb, arguments = pickle.load(asked)
        except EOFError:
            return
        with collector_paused():
            answer = verbs[verb](*arguments)  # type: ignore[operator]
            pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


def main() -> None:
    """The program."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may come between the answers
    try:
        serve(sys.stdin.buffer, answers)
    except BrokenPipeError:
        return  # whoever asked is gone
