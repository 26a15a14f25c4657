"""Faults on demand: denials, throttling, latency, a key that may only read."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from iac_offboard.demo.strict import faults
from iac_offboard.demo.strict.callers import Caller
from iac_offboard.demo.strict.wire import Request


@dataclass(slots=True)
class Rule:
    """``action`` is a pattern over ``service:Operation``. ``times`` None means for ever;
    ``every`` n hits each n-th matching call only."""

    action: str
    effect: str  # deny | throttle | latency
    principal: str = ""
    times: int | None = None
    every: int = 1
    seconds: float = 0.0
    account: str = ""
    seen: int = 0

    def hits(self, request: Request, caller: Caller) -> bool:
        if not fnmatchcase(request.operation, self.action):
            return False
        if self.principal and self.principal != caller.arn:
            return False
        if self.account and self.account != caller.account:
            return False
        if self.times == 0:
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(slots=True)
class Injection:
    """What is to go wrong. Empty by default."""

    sleep: Callable[[float], None] = time.sleep
    rules: list[Rule] = field(default_factory=list)
    read_only: set[str] = field(default_factory=set)

    def deny(self, action: str, principal_arn: str | None = None, *, account: str = "") -> None:
        self.rules.append(Rule(action, "deny", principal=principal_arn or "", account=account))

    def throttle(
        self, action: str, *, times: int | None = None, every: int = 1, account: str = ""
    ) -> None:
        self.rules.append(Rule(action, "throttle", times=times, every=every, account=account))

    def latency(self, action: str, seconds: float) -> None:
        self.rules.append(Rule(action, "latency", seconds=seconds))

    def deny_writes_for(self, key_id: str) -> None:
        """Every write with this access key is denied from now on."""
        self.read_only.add(key_id)

    def clear(self) -> None:
        self.rules.clear()
        self.read_only.clear()

    def refuse(self, request: Request, caller: Caller, *, write: bool) -> float:
        """Raises the refusal that is due; else the seconds to wait before answering."""
        wait = 0.0
        for rule in self.rules:
            if not rule.hits(request, caller):
                continue
            if rule.effect == "throttle":
                raise faults.throttled(request)
            if rule.effect == "deny":
                raise faults.denied(request, caller.arn, request.operation)
            wait += rule.seconds
        if write and request.access_key_id in self.read_only:
            raise faults.denied(request, caller.arn, request.operation)
        return wait
