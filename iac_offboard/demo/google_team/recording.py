"""Terraform's part, played from a recording where the machine has no Google provider.

A recording holds what the real provider asked a server to change, in order, and the state that
Terraform kept: once for the code before the patch and once for the code after it. ``Playback``
sends the same requests again. What the server names anew (unique ids, keys, memberships, times)
is told from the answers: where an answer differs from the recorded one, the recorded text is
replaced from there on, in the requests that follow and in the state.
"""

from __future__ import annotations

import hashlib
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from iac_offboard.errors import ToolError

STATE = "terraform.tfstate"
SECRET = "privateKeyData"  # the one field of an answer that a recording leaves out
_SHORTEST = 6  # shorter texts are no names that a server makes up


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request that changes something, and what the server said. Without etags: they are the
    server's of that day, and a write without one is taken as it is."""

    method: str
    path: str
    body: Any
    answer: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One ``terraform apply``: the digest of each file of code, the requests, the state."""

    code: Mapping[str, str]
    exchanges: tuple[Exchange, ...]
    state: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """``terraform`` and ``provider`` are the versions that were recorded."""

    terraform: str
    provider: str
    runs: tuple[Run, ...]


def read(text: str) -> Recording:
    document = json.loads(text)
    return Recording(
        terraform=document["terraform"],
        provider=document["provider"],
        runs=tuple(
            Run(
                code=run["code"],
                exchanges=tuple(Exchange(**one) for one in run["exchanges"]),
                state=run["state"],
            )
            for run in document["runs"]
        ),
    )


def digests(directory: Path) -> dict[str, str]:
    """File -> sha256 of all Terraform code directly in ``directory``; an empty file is none."""
    files = {p.name: p.read_bytes() for p in sorted(directory.glob("*.tf"))}
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if data}


@dataclass(slots=True)
class Playback:
    """``url`` is the server's, ``token`` somebody's who may do everything there."""

    recording: Recording
    url: str
    token: str = field(repr=False)
    renamed: dict[str, str] = field(default_factory=dict)
    played: int = 0

    def apply(self, directory: Path) -> None:
        """What ``terraform apply`` did for the code that is in ``directory``; the state with it.

        Raises ``ToolError`` when no run was recorded for that code, and when the server refuses.
        """
        code = digests(directory)
        left = self.recording.runs[self.played :]
        run = next((r for r in left if dict(r.code) == code), None)
        if run is None:
            raise ToolError(f"The code in {directory} is not the code that was recorded.")
        self.played += 1
        for exchange in run.exchanges:
            self._send(exchange)
        text = self._renamed(json.dumps(run.state, indent=2))
        (directory / STATE).write_text(text + "\n", encoding="utf-8")

    def _send(self, exchange: Exchange) -> None:
        path = self._renamed(exchange.path)
        body = None
        if exchange.body is not None:
            body = self._renamed(json.dumps(exchange.body)).encode()
        request = urllib.request.Request(
            self.url.rstrip("/") + path,
            data=body,
            method=exchange.method,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                answer = json.loads(reply.read() or b"null")
        except urllib.error.HTTPError as refusal:
            said = refusal.read().decode("utf-8", "replace")[:400]
            raise ToolError(f"{exchange.method} {path} was refused: {said}") from refusal
        self.renamed.update(_differences(exchange.answer, answer))

    def _renamed(self, text: str) -> str:
        if not self.renamed:
            return text
        longest_first = sorted(self.renamed, key=len, reverse=True)
        any_of_them = re.compile("|".join(map(re.escape, longest_first)))
        return any_of_them.sub(lambda match: self.renamed[match[0]], text)


def _differences(recorded: Any, answered: Any) -> Iterator[tuple[str, str]]:
    """The texts that are others now, at the same place of both answers."""
    match recorded, answered:
        case dict(), dict():
            for name in recorded.keys() & answered.keys() - {SECRET, "etag"}:
                yield from _differences(recorded[name], answered[name])
        case list(), list():
            for one, other in zip(recorded, answered, strict=False):
                yield from _differences(one, other)
        case str(), str() if recorded != answered and len(recorded) >= _SHORTEST:
            yield recorded, answered
