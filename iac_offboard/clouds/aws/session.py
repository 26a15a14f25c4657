"""From what the user gave (profiles, roles, an organization) to one session per account."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import boto3
import botocore.session
from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials
from botocore.exceptions import BotoCoreError

from iac_offboard.clouds.aws.calls import CLIENT_CONFIG, MODELS, Caller, Where
from iac_offboard.clouds.aws.translate import Asked, translate
from iac_offboard.clouds.reply import Data, Reply, struct, text, when
from iac_offboard.errors import CloudError
from iac_offboard.model import AccountScope

# Where a global service is signed for when nothing names a region.
HOME_REGIONS = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-eusc": "eusc-de-east-1",
}
_CLIENTS_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSpec:
    """One role to assume, given by ARN."""

    arn: str
    external_id: str = ""
    session_name: str = "iac-offboard"


class ClientPool:
    """SDK clients by account, service and region; the least used one is let go, because a
    client of each of 9 services in 17 regions of 50 accounts would fill the memory."""

    def __init__(self, keep: int = _CLIENTS_KEPT) -> None:
        self._keep = keep
        self._clients: OrderedDict[tuple[str, str, str], object] = OrderedDict()
        self._lock = threading.Lock()  # creating clients in one session is not thread-safe

    def get(self, key: tuple[str, str, str], make: Callable[[], object]) -> object:
        with self._lock:
            found = self._clients.pop(key, None)
            if found is None:
                found = make()
            self._clients[key] = found
            while len(self._clients) > self._keep:
                self._clients.popitem(last=False)
            return found


class AccountSession:
    """Calls into one account. ``caller_arn`` is who we are there (sts:GetCallerIdentity)."""

    def __init__(
        self,
        *,
        scope: AccountScope,
        caller_arn: str,
        session: boto3.Session,
        home_region: str,
        caller: Caller,
        pool: ClientPool,
    ) -> None:
        self.scope = scope
        self.caller_arn = caller_arn
        self.home_region = home_region
        self._session = session
        self._caller = caller
        self._pool = pool

    @property
    def account(self) -> str:
        return self.scope.account

    @property
    def partition(self) -> str:
        return self.scope.partition

    def now(self) -> datetime:
        """The time of day by the border's clock."""
        return self._caller.timing.now()

    def client(self, service: str, region: str | None = None) -> object:
        """The SDK's client, kept while it is used. Give it to nothing but ``Caller``."""
        where = region or self.home_region
        key = (f"{self.account} {self.scope.source}", service, where)
        return self._pool.get(key, lambda: _client(self._session, service, where))

    def call(
        self, service: str, name: str, *, region: str | None = None, **params: object
    ) -> Reply:
        """One call, e.g. ``call("iam", "ListAccessKeys", UserName="alice")``. Raises
        errors.CloudError or one of its kinds."""
        client = self._open(service, name, region)
        return self._caller.call(client, service, name, self._where(region), params)

    def pages(
        self,
        service: str,
        name: str,
        *,
        region: str | None = None,
        page_size: int | None = None,
        **params: object,
    ) -> Iterator[Reply]:
        """Every page of a list. Raises as ``call``, also in the middle."""
        client = self._open(service, name, region)
        where = self._where(region)
        return self._caller.pages(client, service, name, where, params, page_size)

    def _open(self, service: str, name: str, region: str | None) -> object:
        try:
            return self.client(service, region)
        except BotoCoreError as error:
            where = self._where(region).spelled(service)
            asked = Asked(f"{service}:{name}", where, self.caller_arn)
            raise translate(error, asked)[0] from error

    def _where(self, region: str | None) -> Where:
        return Where(
            account=self.account, region=region or self.home_region, caller=self.caller_arn
        )


class Opener:
    """Opens sessions: ambient, by profile, by assuming a role. Holds what they share."""

    def __init__(self, caller: Caller, partition: str) -> None:
        self.caller = caller
        self.partition = partition
        self._pool = ClientPool()

    def direct(self, profile: str | None, source: str) -> AccountSession:
        """The session of a profile, or the ambient one. Raises CloudError."""
        asked = Asked("sts:GetCallerIdentity", f"aws ({source})", source)
        try:
            core = botocore.session.Session(profile=profile)
            return self._identified(core, source)
        except BotoCoreError as error:  # an unknown profile, a broken configuration file
            raise translate(error, asked)[0] from error

    def assumed(self, base: AccountSession, role: RoleSpec, source: str) -> AccountSession:
        """The session of ``role``, assumed from ``base`` and renewed when it ends (a big scan
        outlives the hour). Raises CloudError."""

        def assume() -> dict[str, str]:
            given = {"RoleArn": role.arn, "RoleSessionName": role.session_name}
            if role.external_id:
                given["ExternalId"] = role.external_id
            reply = base.call("sts", "AssumeRole", region=None, **given)
            return _metadata(struct(reply.data, "Credentials"))

        credentials = RefreshableCredentials.create_from_metadata(
            metadata=assume(), refresh_using=assume, method="sts-assume-role"
        )
        core = botocore.session.Session()
        core.register_component(
            "credential_provider", CredentialResolver(providers=[_Given(credentials)])
        )
        return self._identified(core, source, base.home_region)

    def _identified(
        self, core: botocore.session.Session, source: str, region: str | None = None
    ) -> AccountSession:
        core.register_component("data_loader", MODELS)
        session = boto3.Session(botocore_session=core)
        configured: object = session.region_name
        named = configured if isinstance(configured, str) else region
        home = named or HOME_REGIONS.get(self.partition, "us-east-1")
        client = _client(session, "sts", home)
        unknown = Where(account=f"({source})", region=home, caller=source)
        who = self.caller.call(client, "sts", "GetCallerIdentity", unknown, {})
        arn = text(who.data, "Arn")
        partition = arn.split(":")[1] if arn.count(":") >= 5 else self.partition
        scope = AccountScope(
            provider="aws",
            account=text(who.data, "Account"),
            source=source,
            partition=partition,
        )
        return AccountSession(
            scope=scope,
            caller_arn=arn,
            session=session,
            home_region=home,
            caller=self.caller,
            pool=self._pool,
        )


class _Given(CredentialProvider):  # type: ignore[misc]  # the SDK is untyped
    """Hands credentials that we hold to the SDK's resolver."""

    METHOD = "sts-assume-role"

    def __init__(self, credentials: RefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> RefreshableCredentials:
        return self._credentials


def _metadata(credentials: Data) -> dict[str, str]:
    expires = when(credentials, "Expiration")
    found = {
        "access_key": text(credentials, "AccessKeyId"),
        "secret_key": text(credentials, "SecretAccessKey"),
        "token": text(credentials, "SessionToken"),
        "expiry_time": expires.isoformat() if expires else "",
    }
    if not all(found.values()):
        raise CloudError("AWS gave no usable credentials back.", operation="sts:AssumeRole")
    return found


def _client(session: boto3.Session, service: str, region: str) -> object:
    client: object = session.client(service, region_name=region, config=CLIENT_CONFIG)
    return client
