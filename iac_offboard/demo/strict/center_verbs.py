"""IAM Identity Center as moto does not play it.

moto 5.2.5 shows no assignment that comes through a group, forgets which accounts still run an
older version of a permission set, provisions at once whatever is asked, has no
DescribePermissionSetProvisioningStatus, no external ids, and 3600 for a session duration that
AWS spells PT1H. Shapes and limits: IAM Identity Center and Identity Store API references.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from moto.identitystore.models import IdentityStoreBackend, identitystore_backends
from moto.ssoadmin.models import PermissionSet, SSOAdminBackend, ssoadmin_backends

from iac_offboard.demo.strict.faults import REQUEST_ID, Fault
from iac_offboard.demo.strict.wire import Reply, Request

SERVICES = frozenset({"sso", "identitystore"})
DEFAULT_DURATION = "PT1H"  # "SessionDuration", CreatePermissionSet
LONGEST_POLICY = 32_768  # "InlinePolicy", PutInlinePolicyToPermissionSet
_CHANGES = (
    "PutInlinePolicyTo",
    "DeleteInlinePolicyFrom",
    "UpdatePermissionSet",
    "AttachManagedPolicy",
    "DetachManagedPolicy",
)


@dataclass(slots=True)
class Center:
    """What moto does not keep. ``issuers`` is the identity provider of each provisioned user, by
    user id; ``polls`` how often a provisioning is still in progress when asked for; ``failure``
    the reason that the next ones fail with; ``conflicts`` how many writes to permission sets are
    refused as too early after another (ConflictException)."""

    issuers: dict[str, str] = field(default_factory=dict)
    polls: int = 0
    failure: str = ""
    conflicts: int = 0
    _stale: dict[str, set[str]] = field(default_factory=dict)
    _running: dict[str, tuple[Request, int]] = field(default_factory=dict)

    def clear(self) -> None:
        self.issuers.clear()
        self.polls, self.failure, self.conflicts = 0, "", 0
        self._stale.clear()
        self._running.clear()

    def answer(self, request: Request, account: str, forward: Callable[[], Reply]) -> Reply:
        """The reply to one request to either service; ``forward`` lets moto answer."""
        store = identitystore_backends[account][request.region]
        if request.service == "identitystore":
            return self._store(request, store, forward)
        return self._admin(request, ssoadmin_backends[account][request.region], store, forward)

    # ------------------------------------------------------------------ the identity store

    def _store(
        self, request: Request, store: IdentityStoreBackend, forward: Callable[[], Reply]
    ) -> Reply:
        if request.action == "CreateGroupMembership":
            user = request.nested.get("MemberId", {}).get("UserId", "")
            if request.param("GroupId") in _groups_of(store, user):
                raise Fault("ConflictException", "Member and group relationship already exists.")
        reply = forward()
        if not reply.ok or request.action not in {"DescribeUser", "ListUsers"}:
            return reply
        body = json.loads(reply.body)
        for user in body["Users"] if request.action == "ListUsers" else [body]:
            issuer = self.issuers.get(user["UserId"])
            user["ExternalIds"] = [{"Issuer": issuer, "Id": user["UserName"]}] if issuer else []
        return reply.with_body(json.dumps(body).encode())

    # ------------------------------------------------------------------ permission sets

    def _admin(
        self,
        request: Request,
        admin: SSOAdminBackend,
        store: IdentityStoreBackend,
        forward: Callable[[], Reply],
    ) -> Reply:
        match request.action:
            case "ListAccountAssignmentsForPrincipal":
                return _assignments(request, admin, store)
            case "ProvisionPermissionSet":
                self._refuse_early()
                return self._provision(request, admin)
            case "DescribePermissionSetProvisioningStatus":
                return self._status(request)
            case "ListAccountsForProvisionedPermissionSet":
                return self._accounts(request, admin)
        before = {id(p): p.session_duration for p in admin.permission_sets}
        if request.action.startswith(_CHANGES):
            self._refuse_early()
        if request.action == "CreateAccountAssignment":
            _permission_set(request, admin)  # moto assigns what does not exist
        if request.action == "PutInlinePolicyToPermissionSet":
            _check_policy(request.param("InlinePolicy"))
        reply = forward()
        for permission_set in admin.permission_sets:
            if not isinstance(permission_set.session_duration, str):
                known = before.get(id(permission_set), DEFAULT_DURATION)
                permission_set.session_duration = known
        if reply.ok:
            self._changed(request, admin)
        return reply

    def _refuse_early(self) -> None:
        if self.conflicts:
            self.conflicts -= 1
            raise Fault("ConflictException", "There is a conflict with a previous write.")

    def _changed(self, request: Request, admin: SSOAdminBackend) -> None:
        arn = request.param("PermissionSetArn")
        if request.action.startswith(_CHANGES):
            self._stale[arn] = _entered(admin, arn)
        elif request.action == "CreateAccountAssignment":  # provisions it to that account
            self._stale.get(arn, set()).discard(request.param("TargetId"))

    def _provision(self, request: Request, admin: SSOAdminBackend) -> Reply:
        _permission_set(request, admin)
        if request.param("TargetType") not in {"AWS_ACCOUNT", "ALL_PROVISIONED_ACCOUNTS"}:
            raise Fault("ValidationException", "1 validation error detected: targetType")
        id_ = str(uuid4())
        self._running[id_] = (request, self.polls)
        return self._said(id_)

    def _status(self, request: Request) -> Reply:
        id_ = request.param("ProvisionPermissionSetRequestId")
        if id_ not in self._running:
            raise Fault("ResourceNotFoundException", f"There is no request {id_}")
        asked, polls = self._running[id_]
        self._running[id_] = (asked, max(0, polls - 1))
        return self._said(id_)

    def _said(self, id_: str) -> Reply:
        asked, polls = self._running[id_]
        arn = asked.param("PermissionSetArn")
        status: dict[str, str] = {"RequestId": id_, "PermissionSetArn": arn}
        if polls:
            status["Status"] = "IN_PROGRESS"
        elif self.failure:
            status |= {"Status": "FAILED", "FailureReason": self.failure}
        else:
            status["Status"] = "SUCCEEDED"
            only = asked.param("TargetId")
            left = self._stale.get(arn, set()) - {only} if only else set()
            self._stale[arn] = left
        return _json({"PermissionSetProvisioningStatus": status})

    def _accounts(self, request: Request, admin: SSOAdminBackend) -> Reply:
        arn = _permission_set(request, admin).permission_set_arn
        entered = _entered(admin, arn)
        stale = self._stale.get(arn, set()) & entered
        match request.param("ProvisioningStatus"):
            case "LATEST_PERMISSION_SET_NOT_PROVISIONED":
                return _json({"AccountIds": sorted(stale)})
            case "LATEST_PERMISSION_SET_PROVISIONED":
                return _json({"AccountIds": sorted(entered - stale)})
        return _json({"AccountIds": sorted(entered)})


def _check_policy(policy: str) -> None:
    if len(policy) > LONGEST_POLICY:
        raise Fault("ValidationException", "inlinePolicy has more than 32768 characters")
    try:
        json.loads(policy)
    except ValueError:
        raise Fault("ValidationException", "The inline policy is malformed") from None


def _permission_set(request: Request, admin: SSOAdminBackend) -> PermissionSet:
    arn = request.param("PermissionSetArn")
    for permission_set in admin.permission_sets:
        if permission_set.permission_set_arn == arn:
            return permission_set
    raise Fault("ResourceNotFoundException", f"Could not find PermissionSet {arn}")


def _entered(admin: SSOAdminBackend, permission_set: str) -> set[str]:
    """The accounts that the permission set is assigned in, and so provisioned to."""
    return {
        a.target_id for a in admin.account_assignments if a.permission_set_arn == permission_set
    }


def _groups_of(store: IdentityStoreBackend, user: str) -> set[str]:
    return {
        membership["GroupId"]
        for data in store.identity_stores.values()
        for membership in data.group_memberships.values()
        if membership["MemberId"]["UserId"] == user
    }


def _assignments(request: Request, admin: SSOAdminBackend, store: IdentityStoreBackend) -> Reply:
    """The principal's own assignments and those of the groups that a user is in."""
    principal = request.param("PrincipalId")
    bearers = {principal}
    if request.param("PrincipalType") == "USER":
        bearers |= _groups_of(store, principal)
    account = request.nested.get("Filter", {}).get("AccountId", "")
    found = [
        {
            "AccountId": a.target_id,
            "PermissionSetArn": a.permission_set_arn,
            "PrincipalId": a.principal_id,
            "PrincipalType": a.principal_type,
        }
        for a in admin.account_assignments
        if a.principal_id in bearers and account in ("", a.target_id)
    ]
    start, size = int(request.param("NextToken") or 0), int(request.param("MaxResults") or 100)
    page: dict[str, object] = {"AccountAssignments": found[start : start + size]}
    if len(found) > start + size:
        page["NextToken"] = str(start + size)
    return _json(page)


def _json(document: Mapping[str, object]) -> Reply:
    headers = (("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-RequestId", REQUEST_ID))
    return Reply(status=200, body=json.dumps(document).encode(), headers=headers)
