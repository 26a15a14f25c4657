"""IAM lists page by page: ``MaxItems`` (100 unless said), ``IsTruncated`` and ``Marker``.

moto answers with the whole list. One such answer per listing is kept, taken apart into its
elements and served in pages, until something is written in that account.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from iac_offboard.demo.strict.faults import Fault
from iac_offboard.demo.strict.wire import Reply, Request

LISTS: Mapping[str, tuple[str, ...]] = {
    "GetAccountAuthorizationDetails": (
        "UserDetailList",
        "GroupDetailList",
        "RoleDetailList",
        "Policies",
    ),
    "GetGroup": ("Users",),
    "ListAccessKeys": ("AccessKeyMetadata",),
    "ListAttachedGroupPolicies": ("AttachedPolicies",),
    "ListAttachedRolePolicies": ("AttachedPolicies",),
    "ListAttachedUserPolicies": ("AttachedPolicies",),
    "ListEntitiesForPolicy": ("PolicyGroups", "PolicyUsers", "PolicyRoles"),
    "ListGroupPolicies": ("PolicyNames",),
    "ListGroups": ("Groups",),
    "ListGroupsForUser": ("Groups",),
    "ListInstanceProfiles": ("InstanceProfiles",),
    "ListInstanceProfilesForRole": ("InstanceProfiles",),
    "ListMFADevices": ("MFADevices",),
    "ListPolicies": ("Policies",),
    "ListPolicyVersions": ("Versions",),
    "ListRolePolicies": ("PolicyNames",),
    "ListRoles": ("Roles",),
    "ListRoleTags": ("Tags",),
    "ListSSHPublicKeys": ("SSHPublicKeys",),
    "ListSigningCertificates": ("Certificates",),
    "ListUserPolicies": ("PolicyNames",),
    "ListUserTags": ("Tags",),
    "ListUsers": ("Users",),
    "ListVirtualMFADevices": ("VirtualMFADevices",),
}
DEFAULT, LARGEST, EVERYTHING = 100, 1000, 10_000_000
_TAG = re.compile(rb"<(/?)([A-Za-z]\w*)[^<>]*?(/?)>")


@dataclass(frozen=True, slots=True)
class Listing:
    """A whole answer in parts: its opening, what is not a list, and (list name, element)s."""

    opening: bytes
    scalars: bytes
    members: tuple[tuple[bytes, bytes], ...]
    names: tuple[bytes, ...]


@dataclass(slots=True)
class Pages:
    kept: dict[str, dict[tuple[object, ...], Listing]] = field(default_factory=dict)

    def serve(self, request: Request, account: str, whole: Callable[[], Reply]) -> Reply:
        """One page. ``whole`` asks moto for everything; it is called when nothing is kept."""
        fixed = {"Marker", "MaxItems"}
        wanted = sorted(p for p in request.params.items() if p[0] not in fixed)
        key = (request.action, *wanted)
        listing = self.kept.setdefault(account, {}).get(key)
        if listing is None:
            reply = whole()
            if not reply.ok:
                return reply
            listing = take_apart(reply.body, request.action)
            self.kept[account][key] = listing
        return _page(request, listing)

    def forget(self, account: str | None = None) -> None:
        """Something was written in ``account`` (None: anywhere)."""
        if account is None:
            self.kept.clear()
        else:
            self.kept.pop(account, None)


def take_apart(body: bytes, action: str) -> Listing:
    """Cuts the answer at depth 2 (Response / Result / here) and the lists at depth 3."""
    names = tuple(n.encode() for n in LISTS[action])
    members: list[tuple[bytes, bytes]] = []
    scalars: list[bytes] = []
    depth, start, field_start, current = 0, 0, 0, b""
    opening = b""
    for tag in _TAG.finditer(body):
        closing, name, empty = tag.group(1), tag.group(2), tag.group(3)
        if not closing:
            if depth == 1:
                opening = body[: tag.end()]
                if empty:
                    break
            elif depth == 2:
                field_start, current = tag.start(), name
            elif depth == 3 and current in names:
                start = tag.start()
            if not empty:
                depth += 1
                continue
        else:
            depth -= 1
        if depth == 3 and current in names:
            members.append((current, body[start : tag.end()]))
        elif depth == 2 and current not in (*names, b"IsTruncated", b"Marker"):
            scalars.append(body[field_start : tag.end()])
        elif depth == 1:
            break
    return Listing(opening.replace(b"/>", b">"), b"".join(scalars), tuple(members), names)


def _page(request: Request, listing: Listing) -> Reply:
    start, size = _start(request), _size(request)
    chosen = listing.members[start : start + size]
    parts = [listing.opening, listing.scalars]
    for name in listing.names:
        parts += [b"<" + name + b">", *(m for n, m in chosen if n == name), b"</" + name + b">"]
    more = start + size < len(listing.members)
    parts.append(
        b"<IsTruncated>true</IsTruncated>" if more else b"<IsTruncated>false</IsTruncated>"
    )
    if more:
        marker = base64.urlsafe_b64encode(f"strict:{start + size}".encode())
        parts.append(b"<Marker>" + marker + b"</Marker>")
    action = request.action.encode()
    parts.append(b"</" + action + b"Result><ResponseMetadata><RequestId>strict</RequestId>")
    parts.append(b"</ResponseMetadata></" + action + b"Response>")
    return Reply(status=200, body=b"".join(parts))


def _start(request: Request) -> int:
    marker = request.param("Marker")
    if not marker:
        return 0
    try:
        label, _, number = base64.urlsafe_b64decode(marker).decode().partition(":")
        if label == "strict":
            return int(number)
    except ValueError:
        pass
    raise Fault("ValidationError", "Invalid Marker.")


def _size(request: Request) -> int:
    text = request.param("MaxItems") or str(DEFAULT)
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST:
        raise Fault("ValidationError", f"Value '{text}' at 'maxItems' must be between 1 and 1000")
    return int(text)
