"""One call after the border: what a handler gets, how it says which resource it is about."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote

from iac_offboard.demo.google import hierarchy
from iac_offboard.demo.google.discovery import Method
from iac_offboard.demo.google.entities import CRM, Project, Resource
from iac_offboard.demo.google.faults import Faults
from iac_offboard.demo.google.refusals import denied, invalid, not_found
from iac_offboard.demo.google.roles import permission_of
from iac_offboard.demo.google.tokens import Caller, Tokens
from iac_offboard.demo.google.wire import Json, Reply, Request
from iac_offboard.demo.google.world import World

T = TypeVar("T")
Handler = Callable[["Call"], "Json | Reply"]
H = TypeVar("H", bound=Handler)
HANDLERS: dict[str, Handler] = {}


def handles(*methods: str) -> Callable[[H], H]:
    """Registers a handler for the methods of these ids."""

    def register(handler: H) -> H:
        for method in methods:
            HANDLERS[method] = handler
        return handler

    return register


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    world: World
    tokens: Tokens
    faults: Faults
    caller: Caller
    method: Method
    request: Request
    params: dict[str, str]
    query: dict[str, list[str]]
    body: Json
    base_url: str

    def param(self, name: str, default: str = "") -> str:
        """A path or query parameter."""
        if name in self.params:
            return self.params[name]
        return self.query.get(name, [default])[-1]

    @property
    def place(self) -> str:
        """The full name that the path means; it may not exist."""
        return place_of(self.world, self.method, self.params, self.query, self.body)

    def resource(self) -> Resource:
        """The resource that the path names.

        Raises:
            ApiError: 404, or 403 for what Resource Manager does not admit to know.
        """
        found = self.world.resources.get(self.place)
        if found is None:
            raise missing(self.method, self.place)
        return found

    def project(self) -> Project:
        """The project that the path is in.

        Raises:
            ApiError: 403 for one that does not exist.
        """
        id_ = hierarchy.project_of(self.world, self.place)
        found = self.world.projects.get(id_)
        if found is None:
            raise missing(self.method, f"{CRM}projects/{id_}")
        return found

    def page(
        self, items: Sequence[T], default: int, maximum: int, key: str = "pageSize"
    ) -> tuple[list[T], Json]:
        """One page and what the answer says of the next one.

        Raises:
            ApiError: 400 for a negative size or a token of another query.
        """
        size = int(self.param(key) or 0)
        if size < 0 and self.method.api != "cloudasset":  # there it means the default
            raise invalid(f"Invalid {key}: must not be negative.", key)
        size = min(size if size > 0 else default, maximum)
        start = self._start()
        part = list(items[start : start + size])
        if start + size >= len(items):
            return part, {}
        return part, {"nextPageToken": self._token(start + size)}

    def _fingerprint(self) -> str:
        said = {k: v for k, v in self.query.items() if k not in {"pageToken", "fields"}}
        text = f"{self.method.id} {sorted(self.params.items())} {sorted(said.items())}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _token(self, start: int) -> str:
        return base64.urlsafe_b64encode(f"{start}:{self._fingerprint()}".encode()).decode()

    def _start(self) -> int:
        text = self.param("pageToken")
        if not text:
            return 0
        try:
            start, _, fingerprint = base64.urlsafe_b64decode(text).decode().partition(":")
        except ValueError:
            raise invalid("The page token is invalid.", "page_token") from None
        if fingerprint != self._fingerprint() or not start.isdecimal():
            raise invalid("The page token is invalid.", "page_token")
        return int(start)


def place_of(
    world: World,
    method: Method,
    params: dict[str, str],
    query: dict[str, list[str]],
    body: Json,
) -> str:
    """The full name of what a call is about, from its path (or its query or body)."""
    if method.api == "storage":
        return _storage_place(params, query)
    if method.api in {"compute", "bigquery", "sqladmin"} or "{+" not in method.path:
        text = _spelled_out(method, params)
    else:
        text = params[method.path.partition("{+")[2].partition("}")[0]]
    if text.startswith("policies/"):
        # A deny policy is attached to ``cloudresourcemanager.googleapis.com/projects/N``.
        host, _, rest = unquote(text.split("/", 1)[1].partition("/denypolicies")[0]).partition("/")
        return hierarchy.canonical(world, host, rest)
    if "workforcePools" in method.id:
        parent = _workforce_parent(world, text, query, body)
        return hierarchy.canonical(world, method.service, parent)
    if not text:
        said = body.get("resourceNames") or [next(iter(query.get("parent", [])), "")]
        text = str(said[0] or body.get("parent") or "")
    return hierarchy.canonical(world, method.service, text) if text else f"//{method.service}"


def _workforce_parent(world: World, text: str, query: dict[str, list[str]], body: Json) -> str:
    """The organization of a workforce pool, from the pool or from who makes or lists it."""
    pool = world.pools.get(text.partition("/providers/")[0].partition("/subjects/")[0])
    said = str(pool.data.get("parent", "")) if pool else str(body.get("parent", ""))
    return said or next(iter(query.get("parent", [])), "") or text


def _spelled_out(method: Method, params: dict[str, str]) -> str:
    """``projects/{project}/zones/{zone}/instances/{resource}`` with the values filled in."""
    path = method.path
    for name, value in params.items():
        path = path.replace(f"{{+{name}}}", value).replace(f"{{{name}}}", value)
    head, colon, verb = path.rpartition(":")
    path = head if colon and "/" not in verb else path
    at = path.find("projects/")
    at = path.find("folders/") if at < 0 else at
    return path[at:].removesuffix(f"/{method.verb}") if at >= 0 else ""


def _storage_place(params: dict[str, str], query: dict[str, list[str]]) -> str:
    if "bucket" in params:
        below = f"/managedFolders/{params['managedFolder']}" if "managedFolder" in params else ""
        return f"//storage.googleapis.com/{params['bucket']}{below}"
    project = params.get("projectId") or next(iter(query.get("project", [])), "")
    return f"{CRM}projects/{project}"


def missing(method: Method, place: str) -> Exception:
    """Resource Manager answers 403 for what is not there, the others 404."""
    if place.startswith(CRM):
        return denied(permission_of(method.id), place.removeprefix(CRM))
    if method.api == "storage":
        return not_found("The specified bucket")
    return not_found(f"Resource '{place[2:].partition('/')[2]}'")
