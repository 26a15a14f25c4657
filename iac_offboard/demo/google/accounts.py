"""Service accounts and their keys, and the HMAC keys of storage."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from iac_offboard.demo.google.entities import CRM, RETENTION, HmacKey, Key, ServiceAccount
from iac_offboard.demo.google.members import deleted
from iac_offboard.demo.google.wire import Json

if TYPE_CHECKING:
    from iac_offboard.demo.google.world import World

NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
MANAGED_LIFE = timedelta(days=730)


class Accounts:
    """Accounts by e-mail; deleted ones leave ``by_email`` and stay 30 days in ``deleted``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.by_email: dict[str, ServiceAccount] = {}
        self.by_id: dict[str, ServiceAccount] = {}

    def find(self, text: str) -> ServiceAccount | None:
        """By e-mail or unique ID; deleted ones are not found by their e-mail."""
        return self.by_email.get(text.lower()) or self.by_id.get(text)

    def create(
        self, project: str, account_id: str, *, email: str = "", display_name: str = ""
    ) -> ServiceAccount:
        email = (email or f"{account_id}@{project}.iam.gserviceaccount.com").lower()
        if email in self.by_email:
            return self.by_email[email]
        now = self.world.clock.now()
        resource = self.world.add(
            f"//iam.googleapis.com/projects/{project}/serviceAccounts/{email}",
            "iam.googleapis.com/ServiceAccount",
            f"{CRM}projects/{project}",
            project=project,
        )
        made = ServiceAccount(
            email=email,
            unique_id=f"1{self.world.number():0>20}",
            project=project,
            resource=resource,
            created=now,
            display_name=display_name,
        )
        self.by_email[email] = made
        self.by_id[made.unique_id] = made
        self.add_key(made, timedelta(), managed=True)
        return made

    def ever(self, email: str) -> ServiceAccount:
        """The account of that e-mail, also when it is deleted by now.

        Raises:
            KeyError: there never was one.
        """
        past = {a.email: a for a in self.by_id.values() if a.deleted_at}
        return self.by_email.get(email.lower()) or past[email.lower()]

    def appears(self, email: str) -> None:
        """An account of a project that may not be ours: Google's own agents, other customers."""
        if email.lower() in self.by_email:
            return
        name, _, domain = email.partition("@")
        project = domain.removesuffix(".iam.gserviceaccount.com")
        if domain == project or "." in project:
            project = f"external-{domain.partition('.')[0]}"
        if project not in self.world.projects:
            self.world.project(project)
        self.create(project, name, email=email)

    def of_project(self, project: str) -> list[ServiceAccount]:
        found = (a for a in self.by_email.values() if a.project == project)
        return sorted(found, key=lambda a: a.email)

    def delete(self, account: ServiceAccount) -> None:
        account.deleted_at = self.world.clock.now()
        self.by_email.pop(account.email)
        self.world.resources.pop(account.resource.name, None)
        member = f"serviceAccount:{account.email}"
        self.world.rename(member, deleted(member, account.unique_id))

    def undelete(self, unique_id: str) -> ServiceAccount | None:
        """The account again, None when it is unknown, alive, too old, or its name is taken."""
        account = self.by_id.get(unique_id)
        if account is None or account.deleted_at is None or account.email in self.by_email:
            return None
        if self.world.clock.now() - account.deleted_at > RETENTION:
            return None
        account.deleted_at = None
        self.by_email[account.email] = account
        self.world.resources[account.resource.name] = account.resource
        member = f"serviceAccount:{account.email}"
        self.world.rename(deleted(member, account.unique_id), member)
        return account

    def add_key(
        self, account: ServiceAccount, age: timedelta = timedelta(), managed: bool = False
    ) -> Key:
        made = self.world.clock.now() - age
        key = Key(
            id=secrets.token_hex(20),
            created=made,
            expires=made + MANAGED_LIFE if managed else NEVER,
            managed=managed,
        )
        account.keys[key.id] = key
        return key

    def key_file(self, account: ServiceAccount, key: Key, token_uri: str) -> Json:
        """The JSON that ``keys.create`` hands out once (TYPE_GOOGLE_CREDENTIALS_FILE)."""
        return {
            "type": "service_account",
            "project_id": account.project,
            "private_key_id": key.id,
            "private_key": key.pem(),
            "client_email": account.email,
            "client_id": account.client_id,
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_uri,
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "client_x509_cert_url": (
                f"https://www.googleapis.com/robot/v1/metadata/x509/{account.email}"
            ),
            "universe_domain": "googleapis.com",
        }

    def hmac_key(self, account: ServiceAccount) -> HmacKey:
        made = HmacKey(
            access_id=f"GOOG1E{secrets.token_hex(28).upper()}"[:61],
            email=account.email,
            project=account.project,
            created=self.world.clock.now(),
        )
        self.world.hmac_keys[made.access_id] = made
        return made
