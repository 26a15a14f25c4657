"""What exists in the fake cloud, and the short ways to put it there (seeding).

Seeding is not checked as API writes are and has been true for ever: propagation delay touches
only what is written through the APIs. A member that is seeded into a policy or a group comes
into being by it. Places may be spelled short: ``projects/P``, ``folders/1``,
``organizations/1``, the e-mail of a service account, ``gs://BUCKET``, or a full resource name.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from iac_offboard.demo.google import existence, hierarchy
from iac_offboard.demo.google.accounts import Accounts
from iac_offboard.demo.google.asset_search import MemberWords
from iac_offboard.demo.google.clock import Clock, stamp
from iac_offboard.demo.google.directory import Directory
from iac_offboard.demo.google.entities import (
    CRM,
    Folder,
    Group,
    HmacKey,
    Organization,
    Pool,
    Project,
    Provider,
    Resource,
    ServiceAccount,
    User,
)
from iac_offboard.demo.google.entities import Key as AccountKey
from iac_offboard.demo.google.members import normalised
from iac_offboard.demo.google.policies import Bindings, shown
from iac_offboard.demo.google.wire import Json

AUDIT_LOG = "type.googleapis.com/google.cloud.audit.AuditLog"
ADMIN_PROJECT = "fake-administration"


class World:
    """Everything that exists, with an index of the members of all policies."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.numbers = itertools.count(100_000_000_001)
        self.organizations: dict[str, Organization] = {}
        self.folders: dict[str, Folder] = {}
        self.projects: dict[str, Project] = {}
        self.by_number: dict[str, Project] = {}
        self.resources: dict[str, Resource] = {}
        self.children: dict[str, list[Resource]] = {}
        self.pools: dict[str, Pool] = {}
        self.hmac_keys: dict[str, HmacKey] = {}
        self.deny_policies: dict[str, Json] = {}
        self.roles: dict[str, Json] = {}  # custom roles by name
        self.log_entries: list[Json] = []
        self.administrators: set[str] = set()  # members that may do everything
        self.group_administrators: set[str] = set()  # and those that may use Cloud Identity
        self.index: dict[str, dict[str, None]] = {}
        self.member_words = MemberWords()
        self.asset_calls: dict[str, deque[datetime]] = {}
        self.serving = False  # a call is being carried out: what it makes is new to the search
        self.extended_lifetime = False  # tokens by impersonation may live 12 h instead of 1 h
        self.changed: list[tuple[datetime, str]] = []
        self.directory = Directory(self)
        self.accounts = Accounts(self)
        self.project(ADMIN_PROJECT, parent="")
        self.administrator = self.service_account(ADMIN_PROJECT, "administrator")
        self.administrators.add(f"serviceAccount:{self.administrator.email}")

    def number(self) -> str:
        return str(next(self.numbers))

    # Hierarchy ------------------------------------------------------------------------------

    def organization(
        self, id: str, domain: str = "acme.example", customer: str = "C0acme001"
    ) -> Organization:
        data: Json = {"displayName": domain, "directoryCustomerId": customer}
        where = self.add(f"{CRM}organizations/{id}", "Organization", "", data=data)
        made = Organization(id=id, resource=where, domain=domain, customer=customer)
        self.organizations[id] = made
        return made

    def folder(self, id: str, parent: str, display_name: str = "") -> Folder:
        """``parent``: ``organizations/1`` or ``folders/1``."""
        where = self.add(f"{CRM}folders/{id}", "Folder", self.full_name(parent))
        made = Folder(id=id, resource=where, display_name=display_name or f"folder-{id}")
        self.folders[id] = made
        return made

    def project(self, id: str, parent: str = "", number: str = "", name: str = "") -> Project:
        above = self.full_name(parent) if parent else ""
        where = self.add(f"{CRM}projects/{id}", "Project", above, project=id)
        number = number or self.number()
        made = Project(id=id, number=number, resource=where, name=name or id)
        self.projects[id] = made
        self.by_number[made.number] = made
        return made

    def add(
        self,
        name: str,
        asset_type: str,
        parent: str,
        *,
        project: str = "",
        data: Json | None = None,
        location: str = "global",
    ) -> Resource:
        """Any resource by its full name; a bare ``asset_type`` is one of Resource Manager."""
        kind = asset_type if "/" in asset_type else f"{CRM.strip('/')}/{asset_type}"
        made = Resource(
            name=name,
            asset_type=kind,
            parent=parent,
            project=project,
            data=data or {},
            location=location,
            created=self.clock.now(),
            written=self.serving,
        )
        self.resources[name] = made
        self.children.setdefault(parent, []).append(made)
        return made

    def discard(self, resource: Resource) -> None:
        """The resource is gone, its policy with it."""
        for member in resource.policy.members():
            self.index.get(member, {}).pop(resource.name, None)
        self.resources.pop(resource.name, None)
        siblings = self.children.get(resource.parent, [])
        if resource in siblings:
            siblings.remove(resource)

    def resource(
        self, name: str, asset_type: str, data: Json | None = None, project: str = ""
    ) -> Resource:
        """A resource of any service: ``//pubsub.googleapis.com/projects/p/topics/t``."""
        owner = project or hierarchy.project_of(self, name)
        parent = f"{CRM}projects/{owner}" if owner else ""
        location = hierarchy.location_of(name)
        return self.add(name, asset_type, parent, project=owner, data=data, location=location)

    def bucket(self, name: str, project: str, data: Json | None = None) -> Resource:
        full = f"//storage.googleapis.com/{name}"
        made = self.resource(full, "storage.googleapis.com/Bucket", data, project)
        made.location = str((data or {}).get("location", "us")).lower()
        return made

    # Identities -----------------------------------------------------------------------------

    def user(self, email: str) -> User:
        """A Google account; where a deleted one had the address, another of that name."""
        return self.directory.user(email, again=True)

    def delete_user(self, email: str) -> User:
        """As the administrator of the domain does: policies show ``deleted:user:``."""
        return self.directory.delete_user(email)

    def undelete_user(self, email: str) -> User:
        return self.directory.undelete_user(email)

    def group(self, email: str, members: Iterable[str] = ()) -> Group:
        """``members``: e-mails; an e-mail of a known group or service account is one."""
        return self.directory.group(email, members)

    def service_account(
        self, project: str, account_id: str, *, email: str = "", display_name: str = ""
    ) -> ServiceAccount:
        """``email`` for accounts that Google names otherwise (the default ones)."""
        return self.accounts.create(project, account_id, email=email, display_name=display_name)

    def key(self, email: str, *, age: timedelta = timedelta(), managed: bool = False) -> AccountKey:
        """A key of the account, user-managed unless said otherwise."""
        return self.accounts.add_key(self.accounts.by_email[email.lower()], age, managed)

    def key_file(self, email: str, key: AccountKey, token_uri: str) -> Json:
        return self.accounts.key_file(self.accounts.ever(email), key, token_uri)

    def hmac_key(self, email: str) -> HmacKey:
        return self.accounts.hmac_key(self.accounts.by_email[email.lower()])

    def pool(self, project: str, id: str, data: Json | None = None) -> Pool:
        """A workload identity pool; its name is spelled with the number of the project."""
        owner = self.projects[project]
        name = f"projects/{owner.number}/locations/global/workloadIdentityPools/{id}"
        made = Pool(name=name, project=project, data=dict(data or {}))
        self.keep_pool(made)
        return made

    def keep_pool(self, pool: Pool) -> None:
        """Cloud Asset finds the pools of projects, too."""
        self.pools[pool.name] = pool
        if pool.project:
            name, kind = (
                f"//iam.googleapis.com/{pool.name}",
                "iam.googleapis.com/WorkloadIdentityPool",
            )
            self.add(name, kind, f"{CRM}projects/{pool.project}", project=pool.project)

    def provider(
        self,
        pool: Pool,
        id: str,
        *,
        issuer: str = "https://token.actions.githubusercontent.com",
        mapping: Mapping[str, str] | None = None,
        condition: str = "",
    ) -> Provider:
        data: Json = {
            "attributeMapping": dict(mapping or {"google.subject": "assertion.sub"}),
            "oidc": {"issuerUri": issuer},
        }
        if condition:
            data["attributeCondition"] = condition
        made = Provider(name=f"{pool.name}/providers/{id}", data=data)
        pool.providers[id] = made
        return made

    def deny_policy(self, place: str, id: str, rules: list[Json]) -> Json:
        """A deny policy on an organization, folder or project (IAM v2)."""
        attached = hierarchy.attachment(self, self.full_name(place))
        name = f"policies/{attached}/denypolicies/{id}"
        now = self.clock.now()
        policy = hierarchy.deny_document(name, self.number(), id, rules, now)
        self.deny_policies[name] = policy
        return policy

    def log(self, container: str, payload: Json, *, timestamp: str = "", **more: object) -> Json:
        """One audit log entry (Admin Activity) of ``projects/P``, ``folders/N`` or
        ``organizations/N``; ``payload`` is its ``protoPayload``."""
        entry: Json = {
            "logName": f"{container}/logs/cloudaudit.googleapis.com%2Factivity",
            "timestamp": timestamp or stamp(self.clock.now()),
            "protoPayload": {"@type": AUDIT_LOG, **payload},
            **more,
        }
        self.log_entries.append(entry)
        return entry

    # Policies -------------------------------------------------------------------------------

    def grant(self, place: str, role: str, member: str, condition: Json | None = None) -> None:
        """Adds one member to the policy of ``place``; the member exists from now on."""
        name = self.full_name(place)
        member = normalised(member)
        existence.appears(self, member)
        self.resources[name].policy.add(role, member, condition)
        self.index.setdefault(member, {})[name] = None

    def revoke(self, place: str, role: str, member: str) -> None:
        """Takes one member out of every binding of the role, at once."""
        resource, member = self.resources[self.full_name(place)], normalised(member)
        resource.policy.remove(role, member)
        if member not in resource.policy.members():
            self.index.get(member, {}).pop(resource.name, None)

    def policy(self, place: str) -> Json:
        """The policy as a read with version 3 shows it."""
        return shown(self.resources[self.full_name(place)].policy, 3)

    def write(self, resource: Resource, bindings: Bindings, audit: list[Json] | None) -> None:
        """A write through an API: indexed, and remembered for the propagation delay."""
        now = self.clock.now()
        for member in resource.policy.members():
            self.index.get(member, {}).pop(resource.name, None)
        resource.policy.replace(bindings, audit, now)
        for member in resource.policy.members():
            self.index.setdefault(member, {})[resource.name] = None
        self.changed.append((now, resource.name))

    def rename(self, old: str, new: str) -> None:
        """A member is called otherwise in all policies (deleted, undeleted)."""
        for name in self.index.pop(old, {}):
            self.resources[name].policy.rename(old, new)
            self.index.setdefault(new, {})[name] = None

    def conditions_seen(self) -> set[str]:
        """Every condition that stands in a policy, as canonical JSON."""
        policies = (r.policy for r in self.resources.values())
        return {condition for p in policies for _, condition in p.bindings if condition}

    def full_name(self, place: str) -> str:
        return hierarchy.full_name(self, place)

    def exists(self, member: str) -> str:
        """Why a policy may not name this member as a new one; "" when it may."""
        return existence.refusal(self, member)
