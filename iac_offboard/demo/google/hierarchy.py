"""Names of places: short and full, and what stands above what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.entities import CRM, Resource
from iac_offboard.demo.google.policies import next_etag
from iac_offboard.demo.google.wire import Json

if TYPE_CHECKING:
    from iac_offboard.demo.google.world import World

_TOP = re.compile(r"(projects|folders|organizations)/([^/:]+)")


def full_name(world: World, place: str) -> str:
    """The full resource name that a short or a full spelling means.

    Raises:
        KeyError: a spelling that names no kind of place.
    """
    if place.startswith("gs://"):
        return f"//storage.googleapis.com/{place.removeprefix('gs://')}"
    if "@" in place and "/" not in place:
        return world.accounts.by_email[place.lower()].resource.name
    if place.startswith("//"):
        host, _, rest = place[2:].partition("/")
        return canonical(world, host, rest)
    if _TOP.fullmatch(place):
        return canonical(world, CRM.strip("/"), place)
    raise KeyError(place)


def canonical(world: World, host: str, path: str) -> str:
    """The full name under which the world keeps ``path`` of the service ``host``.

    Projects are kept by their ID, service accounts by their e-mail.
    """
    kind, _, rest = path.partition("/")
    if kind == "projects":
        owner, _, below = rest.partition("/")
        owner = world.by_number[owner].id if owner in world.by_number else owner
        path = f"projects/{owner}" + (f"/{below}" if below else "")
    if _TOP.fullmatch(path):
        return f"{CRM}{path}"
    if host in {"iam.googleapis.com", "iamcredentials.googleapis.com"}:
        path = _account_path(world, path)
        host = "iam.googleapis.com"
    return f"//{host}/{path}"


def _account_path(world: World, path: str) -> str:
    found = re.match(r"projects/([^/]+)/serviceAccounts/([^/]+)(.*)", path)
    account = world.accounts.find(found.group(2)) if found else None
    if found and account and found.group(1) in {"-", account.project}:
        return f"projects/{account.project}/serviceAccounts/{account.email}{found.group(3)}"
    return path


def chain(world: World, name: str) -> Iterator[Resource]:
    """The resource and all above it, as far as they exist."""
    resource = world.resources.get(name)
    while resource is not None:
        yield resource
        resource = world.resources.get(resource.parent)


def nearest(world: World, name: str) -> Resource | None:
    """The resource of that name, or the closest one above it that exists."""
    while name.count("/") > 2:
        host, _, path = name[2:].partition("/")
        found = world.resources.get(canonical(world, host, path))
        if found is not None:
            return found
        name = name.rpartition("/")[0]
    return None


def project_of(world: World, name: str) -> str:
    """The project ID in a full name, "" when there is none."""
    found = re.search(r"/projects/([^/]+)", name)
    if not found:
        return ""
    text = found.group(1)
    return world.by_number[text].id if text in world.by_number else text


def location_of(name: str) -> str:
    found = re.search(r"/(?:locations|regions|zones)/([^/]+)", name)
    return found.group(1) if found else "global"


def ancestors(world: World, name: str) -> list[str]:
    """``projects/NUMBER``, ``folders/N`` .. ``organizations/N``, nearest first."""
    found = []
    for resource in chain(world, name):
        if resource.name.startswith(CRM):
            text = resource.name.removeprefix(CRM)
            if text.startswith("projects/"):
                text = f"projects/{world.projects[text.partition('/')[2]].number}"
            found.append(text)
    return found


def attachment(world: World, name: str) -> str:
    """The encoded attachment point of a deny policy (IAM v2: ``policies/ATTACHMENT/...``)."""
    text = name.removeprefix("//")
    host, _, path = text.partition("/")
    if path.startswith("projects/"):
        number = world.projects[path.partition("/")[2]].number
        text = f"{host}/projects/{number}"
    return quote(text, safe="")


def deny_document(name: str, uid: str, title: str, rules: list[Json], now: datetime) -> Json:
    return {
        "name": name,
        "uid": uid,
        "kind": "DenyPolicy",
        "displayName": title,
        "etag": next_etag(),
        "createTime": stamp(now),
        "updateTime": stamp(now),
        "rules": rules,
    }
