"""Trouble on demand: refusals, throttling, cut connections, delays, races."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from iac_offboard.demo.google.refusals import (
    ApiError,
    denied,
    exhausted,
    service_disabled,
    unavailable,
)
from iac_offboard.demo.google.roles import permission_of
from iac_offboard.demo.google.wire import ConnectionCutError

Hook = Callable[[], None]
Where = tuple[str, str]
"""The full name of what a call is about, and its project."""


@dataclass(slots=True)
class _Rule:
    kind: str
    method: str
    place: str
    times: int | None
    retry_after: int | None = None
    text: str = ""

    def hits(self, method: str, where: Where) -> bool:
        if self.times == 0 or not fnmatchcase(method, self.method):
            return False
        name, project = where
        parts = name.lstrip("/").split("/")
        return not self.place or self.place in {name, project} or self.place in parts


@dataclass(slots=True)
class Faults:
    """What goes wrong from now on. Methods are ids with ``*``
    (``cloudresourcemanager.projects.getIamPolicy``, ``iam.*``); a place is a project ID, any
    other segment of the resource's full name, or the whole of it; "" everywhere.

    The delays are in seconds of the server's clock: ``policy_delay`` for the evaluation of
    allow policies, ``group_delay`` for memberships in it, ``search_delay`` for Cloud Asset.
    ``asset_quota`` is requests a minute and project. ``without_access``: datasets come without
    their list of who has access.
    """

    policy_delay: float = 0
    group_delay: float = 0
    search_delay: float = 0
    asset_quota: int = 400
    without_access: bool = False
    _rules: list[_Rule] = field(default_factory=list)
    _hooks: list[tuple[str, str, Hook, list[int]]] = field(default_factory=list)
    disabled: list[tuple[str, str]] = field(default_factory=list)

    def deny(self, method: str, place: str = "", *, times: int | None = None) -> None:
        """403 for every caller, administrators too."""
        self._rules.append(_Rule("deny", method, place, times))

    def throttle(
        self,
        method: str = "*",
        times: int | None = 1,
        *,
        place: str = "",
        retry_after: int | None = None,
    ) -> None:
        """429, ``times`` times (None: for ever)."""
        self._rules.append(_Rule("throttle", method, place, times, retry_after))

    def fail(
        self,
        method: str = "*",
        times: int | None = 1,
        *,
        place: str = "",
        retry_after: int | None = None,
    ) -> None:
        """503, ``times`` times (None: for ever)."""
        self._rules.append(_Rule("fail", method, place, times, retry_after))

    def cut(
        self, method: str = "*", times: int | None = 1, *, place: str = "", after: bool = False
    ) -> None:
        """The connection ends without an answer; ``after``: when the call was carried out."""
        self._rules.append(_Rule("cut-after" if after else "cut", method, place, times))

    def disable_api(self, service: str, project: str = "") -> None:
        """``service`` (``cloudasset.googleapis.com``) is not enabled in the caller's project."""
        self.disabled.append((service, project))

    def enable_api(self, service: str) -> None:
        self.disabled[:] = [one for one in self.disabled if one[0] != service]

    def before(self, method: str, hook: Hook, *, place: str = "", times: int = 1) -> None:
        """Calls ``hook`` right before ``method`` is carried out: a write between a client's
        read and write. The hook may use the world or call the server itself."""
        self._hooks.append((method, place, hook, [times]))

    def clear(self) -> None:
        """No trouble any more; the delays are 0 again."""
        self._rules.clear()
        self._hooks.clear()
        self.disabled.clear()
        self.policy_delay = self.group_delay = self.search_delay = 0
        self.asset_quota = 400

    def hooks(self, method: str, where: Where) -> list[Hook]:
        """The hooks that are due; each is taken as often as it was asked for."""
        due = []
        for pattern, place, hook, left in self._hooks:
            rule = _Rule("", pattern, place, None)
            if left[0] > 0 and rule.hits(method, where):
                left[0] -= 1
                due.append(hook)
        return due

    def check(self, method: str, where: Where, service: str, project: str) -> None:
        """Raises the refusal that is due for this call.

        Raises:
            ApiError: 403, 429 or 503.
            ConnectionCutError: the answer is to end the connection.
        """
        for disabled, only in self.disabled:
            if disabled == service and (not only or only == project):
                raise service_disabled(service, project)
        rule = self._due(method, where, {"deny", "throttle", "fail", "cut"})
        if rule is None:
            return
        match rule.kind:
            case "deny":
                raise denied(permission_of(method), where[0])
            case "throttle":
                raise _quota(method, rule.retry_after)
            case "fail":
                raise unavailable(rule.retry_after)
            case _:
                raise ConnectionCutError(method)

    def after(self, method: str, where: Where) -> None:
        """Raises ConnectionCutError where the answer gets lost."""
        if self._due(method, where, {"cut-after"}):
            raise ConnectionCutError(method)

    def _due(self, method: str, where: Where, kinds: set[str]) -> _Rule | None:
        for rule in self._rules:
            if rule.kind in kinds and rule.hits(method, where):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None


def _quota(method: str, retry_after: int | None) -> ApiError:
    service = re.split(r"\.", method)[0]
    text = (
        f"Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service "
        f"'{service}.googleapis.com'."
    )
    return exhausted(text, retry_after)
