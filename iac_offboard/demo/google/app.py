"""From an HTTP request to an answer: route, caller, faults, rights, handler."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from iac_offboard.demo.google import (
    allow_verbs,
    audit,
    checks,
    discovery,
    generic_verbs,
    hierarchy,
    oauth,
    refusals,
    sts,
)
from iac_offboard.demo.google.authorize import allowed, is_administrator
from iac_offboard.demo.google.call import HANDLERS, Call
from iac_offboard.demo.google.clock import Clock
from iac_offboard.demo.google.faults import Faults
from iac_offboard.demo.google.handlers import load as load_handlers
from iac_offboard.demo.google.refusals import ApiError, denied
from iac_offboard.demo.google.roles import permission_of
from iac_offboard.demo.google.tokens import Tokens
from iac_offboard.demo.google.wire import Json, Reply, Request, override
from iac_offboard.demo.google.world import World

# Methods that filter what they answer by the caller's rights, or ask for none.
FREE = frozenset(
    {
        "cloudresourcemanager.organizations.search",
        "cloudresourcemanager.projects.list",
        "cloudresourcemanager.projects.search",
        "cloudresourcemanager.folders.search",
        "policyanalyzer.projects.locations.activityTypes.activities.query",
    }
)
# Services whose methods are carried out by handlers of their own or not at all.
OWN = frozenset(
    [
        "cloudasset",
        "cloudidentity",
        "cloudresourcemanager",
        "iam",
        "iamcredentials",
        "logging",
        "storage",
        "sts",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One answered call, for tests: which method on what, by whom, with which HTTP status."""

    method: str
    place: str
    member: str
    status: int


class GoogleApp:
    """The application behind the HTTP face. One lock: calls are carried out one by one."""

    def __init__(self, base_url: str) -> None:
        load_handlers()
        self.base_url = base_url
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """An empty cloud with its administrator; clock, faults and counts as at the start."""
        self.clock = Clock()
        self.world = World(self.clock)
        self.tokens = Tokens(self.world)
        self.faults = Faults()
        self.requests: Counter[str] = Counter()
        self.calls: list[Seen] = []

    def answer(self, request: Request) -> Reply:
        """The reply to one request.

        Raises:
            ConnectionCutError: the connection must end without one.
        """
        request = override(request)
        path = request.path.lstrip("/")
        if path in {"token", "o/oauth2/token", "oauth2/v4/token"} and request.method == "POST":
            with self.lock:
                self.requests["oauth2.token"] += 1
                return oauth.exchange(self.world, self.tokens, request, self.base_url)
        if path == "sts/v1/token" and request.method == "POST":
            with self.lock:
                self.requests["sts.token"] += 1
                return sts.exchange(self.world, self.tokens, request)
        api, _, rest = path.partition("/")
        try:
            return self._api(api, rest, request)
        except ApiError as error:
            return refusals.reply(error, api)

    def _api(self, api: str, path: str, request: Request) -> Reply:
        found = discovery.find(api, request.method, path)
        if found is None:
            raise ApiError(404, "NOT_FOUND", f"Requested URL /{path} was not found on this server.")
        method, params = found
        with self.lock:
            self.requests[method.id] += 1
        status, place, member = 500, "", ""
        try:
            call = self._call(method, params, request)
            place, member = call.place, call.caller.member
            reply = self._carried_out(call)
            status = reply.status
        except ApiError as error:
            status = error.code
            raise
        finally:
            self.calls.append(Seen(method=method.id, place=place, member=member, status=status))
        self.faults.after(method.id, _where(self.world, place))
        return reply

    def _call(self, method: discovery.Method, params: dict[str, str], request: Request) -> Call:
        with self.lock:
            sent = request.header("authorization")
            signed = oauth.self_signed(self.world, sent[7:]) if sent.count(".") == 2 else None
            caller = signed or self.tokens.caller(sent)
        query = checks.query_of(method, request)
        return Call(
            world=self.world,
            tokens=self.tokens,
            faults=self.faults,
            caller=caller,
            method=method,
            request=request,
            params=params,
            query=query,
            body=checks.body_of(method, request),
            base_url=self.base_url,
        )

    def _carried_out(self, call: Call) -> Reply:
        place, method = call.place, call.method
        project = call.request.header("x-goog-user-project") or call.caller.project
        project = project or hierarchy.project_of(self.world, place)
        where = _where(self.world, place)
        with self.lock:
            self.faults.check(method.id, where, method.service, project)
            hooks = self.faults.hooks(method.id, where)
        for hook in hooks:  # without the lock: they may call the server
            hook()
        with self.lock:
            self._authorized(call, place)
            handler = _handler(call)
            self.world.serving = True
            try:
                answer = handler(call)
            finally:
                self.world.serving = False
            audit.written(call, answer if isinstance(answer, dict) else {})
        return answer if isinstance(answer, Reply) else Reply(body=answer)

    def _authorized(self, call: Call, place: str) -> None:
        method = call.method.id
        if method in FREE or call.method.verb == "testIamPermissions":
            return
        if is_administrator(self.world, call.caller):
            return
        if (
            call.method.api == "cloudidentity"
            and call.caller.member in self.world.group_administrators
        ):
            return  # a role of the directory, not of IAM, decides there
        nearest = hierarchy.nearest(self.world, place)
        permission = permission_of(method)
        if nearest is None or not allowed(
            self.world, self.faults, call.caller, permission, nearest.name
        ):
            raise denied(permission, place)


def _where(world: World, place: str) -> tuple[str, str]:
    """The full name and the project of what stands there (a bucket's name has none)."""
    nearest = hierarchy.nearest(world, place)
    return place, nearest.project if nearest else hierarchy.project_of(world, place)


def _handler(call: Call) -> Callable[[Call], Json | Reply]:
    handler = HANDLERS.get(call.method.id)
    if handler is not None:
        return handler
    if call.method.verb in allow_verbs.POLICY_VERBS:
        return allow_verbs.handle
    if call.method.verb in generic_verbs.VERBS and call.method.api not in OWN:
        return generic_verbs.handle
    raise ApiError(
        501,
        "UNIMPLEMENTED",
        f"The fake does not carry out {call.method.id}: demo/google/handlers.py",
    )
