"""Service accounts of leavers: whether they stand, whether they are disabled, and their keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from iac_offboard.catalog.google import parse
from iac_offboard.clouds.reply import Reply, struct, structs, text, when
from iac_offboard.live.gcp.allow import account_target
from iac_offboard.live.gcp.gather import Gather
from iac_offboard.live.gcp.key_makers import KeyMakers
from iac_offboard.model import (
    Alias,
    AliasKind,
    Binding,
    LastUse,
    NoteKind,
    Principal,
    PrincipalKind,
    Relation,
    Subject,
    SubjectStatus,
    Target,
)

ACCOUNT = "gcp_service_account"
KEY = "gcp_service_account_key"
HMAC = "gcp_storage_hmac_key"
_KINDS = frozenset({ACCOUNT, KEY, HMAC})
_OF_PROJECT = re.compile(r"@([^@]+)\.iam\.gserviceaccount\.com$")
_KEY_NAME = re.compile(r"^projects/([^/]+)/serviceAccounts/([^/]+)/keys/([^/]+)$")
# "View recent usage for service accounts and keys", IAM documentation.
_LAST_KEY = "serviceAccountKeyLastAuthentication"
_LAST_ACCOUNT = "serviceAccountLastAuthentication"
# Hides no binding: what waits for somebody to accept it then is for the plan to say.
_LAST_USE = frozenset({"last_use"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Service accounts by e-mail or unique id, and keys of others' accounts, as the roster names
    them. ``shared`` are those accounts that others use too, with the subjects that do."""

    accounts: tuple[str, ...]
    keys: tuple[str, ...]
    shared: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, subjects: Iterable[Subject]) -> Wanted:
        leaving = [s for s in subjects if s.status is SubjectStatus.LEAVING]
        aliases = [a for s in leaving for a in s.aliases]
        shared: dict[str, set[str]] = {}
        for subject in leaving:
            for alias in subject.aliases:
                if alias.shared and _names_account(alias):
                    shared.setdefault(alias.value.lower(), set()).add(subject.id)
        return cls(
            shared={value: frozenset(ids) for value, ids in shared.items()},
            accounts=tuple(dict.fromkeys(a.value for a in aliases if _names_account(a))),
            keys=tuple(
                dict.fromkeys(
                    a.value for a in aliases if a.kind is AliasKind.GCP_SERVICE_ACCOUNT_KEY
                )
            ),
        )


def _names_account(alias: Alias) -> bool:
    service = alias.value.lower().endswith("gserviceaccount.com")
    if alias.kind is AliasKind.GCP_UNIQUE_ID:
        return True
    return service and alias.kind in (AliasKind.GCP_SERVICE_ACCOUNT, AliasKind.EMAIL)


@dataclass(slots=True, kw_only=True)
class ServiceAccounts:
    """Reads accounts and keys. ``scope`` is the account that calls without a project count for;
    ``found`` are the accounts that stand, by e-mail; ``makers`` tell whose a key of a shared
    account is."""

    gather: Gather
    scope: str
    makers: KeyMakers
    found: dict[str, Principal] = field(default_factory=dict)

    def read(self, wanted: Wanted) -> None:
        """The accounts, and the keys that a leaver has of others' accounts."""
        for name in wanted.accounts:
            self._account(name, wanted)
        for key in wanted.keys:
            self._key_of_another(key)

    def _account(self, name: str, wanted: Wanted) -> None:
        named = _OF_PROJECT.search(name.lower())
        account = named[1] if named else self.scope
        reply = self.gather.ask(
            "iam.projects.serviceAccounts.get",
            account,
            _KINDS,
            f"service account {name}",
            name=f"projects/-/serviceAccounts/{name}",
        )
        if reply is None:
            return
        principal = _principal(reply)
        if principal is None or principal.value in self.found:
            return
        self.found[principal.value] = principal
        project = principal.account or account
        use = self._last_use(project, principal, _LAST_ACCOUNT)
        unique = text(reply.data, "uniqueId")
        self.gather.seen(
            reply,
            Binding(
                principal=principal,
                relation=Relation.IDENTITY,
                target=account_target(reply.data, project),
            ),
            status="Inactive" if reply.data.get("disabled") is True else "Active",
            last_use=use.get(unique) or use.get(principal.value),
        )
        self._keys(principal, project, wanted)
        self._hmac_keys(principal, project)

    def _keys(self, principal: Principal, project: str, wanted: Wanted) -> None:
        found = list(self._listed(principal.value, project))
        system = sum(1 for key, _ in found if text(key, "keyType") == "SYSTEM_MANAGED")
        if system:
            said = f"{principal.value} has keys that Google itself manages and rotates ({system})"
            self.gather.note(NoteKind.NOT_COVERED, f"gcp:{project}", f"{said}: nobody holds those")
        users = [(k, r) for k, r in found if text(k, "keyType") != "SYSTEM_MANAGED"]
        use = self._last_use(project, principal, _LAST_KEY) if users else {}
        known = {principal.value, principal.stable_id or ""}
        shared = frozenset[str]().union(*(ids for v, ids in wanted.shared.items() if v in known))
        for key, reply in users:
            if shared and text(key, "name").lower() not in {k.lower() for k in wanted.keys}:
                holder = self.makers.holder(text(key, "name"), project, shared)
                if holder is not None:
                    self._seen_key(key, reply, holder, project, use)
                elif self.makers.known(text(key, "name"), project):
                    continue  # somebody else's, who stays
            self._seen_key(key, reply, principal, project, use)

    def _key_of_another(self, name: str) -> None:
        parts = _KEY_NAME.match(name)
        if parts is None:
            return
        project, email, wanted = parts.groups()
        holder = Principal(provider="gcp", kind=PrincipalKind.ACCESS_KEY, value=name)
        for key, reply in self._listed(email, project):
            if text(key, "name").rpartition("/")[2].lower() == wanted.lower():
                owner = parse("gcp.service_account", email, {})
                use = self._last_use(project, owner, _LAST_KEY) if owner is not None else {}
                self._seen_key(key, reply, holder, project, use)

    def _listed(self, email: str, project: str) -> Iterator[tuple[Mapping[str, object], Reply]]:
        """The keys of an account; the list has no pages ("Method: keys.list")."""
        reply = self.gather.ask(
            "iam.projects.serviceAccounts.keys.list",
            project,
            frozenset({KEY}),
            f"keys of {email}",
            name=f"projects/-/serviceAccounts/{email}",
        )
        if reply is not None:
            yield from ((key, reply) for key in structs(reply.data, "keys"))

    def _seen_key(
        self,
        key: Mapping[str, object],
        reply: Reply,
        principal: Principal,
        project: str,
        use: Mapping[str, LastUse],
    ) -> None:
        name = text(key, "name")
        self.gather.seen(
            reply,
            Binding(
                principal=principal,
                relation=Relation.CREDENTIAL,
                target=Target(
                    provider="gcp",
                    kind=KEY,
                    name=name,
                    account=project,
                    arn=f"//iam.googleapis.com/{name}",
                ),
            ),
            created_at=when(key, "validAfterTime"),
            status="Inactive" if key.get("disabled") is True else "Active",
            last_use=use.get(name.rpartition("/")[2]),
        )

    def _hmac_keys(self, principal: Principal, project: str) -> None:
        for reply in self.gather.pages(
            "storage.projects.hmacKeys.list",
            project,
            frozenset({HMAC}),
            f"HMAC keys of {principal.value}",
            projectId=project,
            serviceAccountEmail=principal.value,
        ):
            for key in structs(reply.data, "items"):
                if text(key, "state") == "DELETED":
                    continue
                self.gather.seen(
                    reply,
                    Binding(
                        principal=principal,
                        relation=Relation.CREDENTIAL,
                        target=Target(
                            provider="gcp", kind=HMAC, name=text(key, "accessId"), account=project
                        ),
                    ),
                    created_at=when(key, "timeCreated"),
                    status="Active" if text(key, "state") == "ACTIVE" else "Inactive",
                )

    def _last_use(self, project: str, principal: Principal, kind: str) -> Mapping[str, LastUse]:
        """Last authentications by the last part of the name (a key's id, an account's unique id
        or e-mail). They are some days old; not readable is not unused."""
        found: dict[str, LastUse] = {}
        parent = f"projects/{project}/locations/global/activityTypes/{kind}"
        for reply in self.gather.pages(
            "policyanalyzer.projects.locations.activityTypes.activities.query",
            project,
            _LAST_USE,
            f"the last use of {principal.value}",
            parent=parent,
            pageSize=1000,
        ):
            for activity in structs(reply.data, "activities"):
                told = struct(activity, "activity")
                at = when(told, "lastAuthenticatedTime")
                name = text(activity, "fullResourceName").rpartition("/")[2]
                found[name] = LastUse(at=at, service="iam.googleapis.com")
        return found


def _principal(reply: Reply) -> Principal | None:
    email, project = text(reply.data, "email").lower(), text(reply.data, "projectId")
    found = parse("gcp.service_account", email, {})
    if found is None:
        return None
    return Principal(
        provider="gcp",
        kind=found.kind,
        value=found.value,
        account=project or found.account,
        stable_id=text(reply.data, "uniqueId") or None,
    )
