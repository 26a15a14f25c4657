"""Which accounts are meant, and a session for each that can be entered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeAlias

from iac_offboard.clouds.aws.calls import Caller
from iac_offboard.clouds.aws.session import AccountSession, Opener, RoleSpec
from iac_offboard.clouds.aws.skips import skip_for
from iac_offboard.clouds.reply import Data, Reply, structs, text
from iac_offboard.clouds.retries import Timing
from iac_offboard.errors import CloudError, CredentialsError
from iac_offboard.model import Note, NoteKind, Skipped

_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsAccess:
    """What the user gave. Nothing at all means the ambient credentials.

    ``roles`` and ``organization_role`` are assumed from the first profile, or from the ambient
    credentials; ``organization_role`` is a role NAME, assumed in every account of the
    organization. ``regions`` and ``services`` narrow what is read; empty means all.
    ``retry_budget`` is in seconds and for each call.
    """

    profiles: tuple[str, ...] = ()
    roles: tuple[RoleSpec, ...] = ()
    organization_role: str = ""
    partition: str = "aws"
    retry_budget: float = 120.0
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    external_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootEmail:
    """The e-mail address of an account's root user, as the organization lists it in ``reply``.
    It stays out of repr: most of them are other people's."""

    account: str
    email: str = field(repr=False)
    reply: Reply = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The accounts that can be entered, sorted by number, and honestly the others.

    ``root_emails`` are those of all active accounts of the organization, where that was listed,
    also of accounts that could not be entered."""

    accounts: tuple[AccountSession, ...]
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Note, ...] = ()
    root_emails: tuple[RootEmail, ...] = ()


_Found: TypeAlias = AccountSession | Skipped | Note | RootEmail


class AwsSessions:
    """Sessions by account, opened once. Thread-safe."""

    def __init__(self, access: AwsAccess, *, timing: Timing | None = None) -> None:
        self.access = access
        self.caller = Caller(timing or Timing(budget=access.retry_budget))
        self._opener = Opener(self.caller, access.partition)
        self._resolved: Resolved | None = None
        self._lock = threading.Lock()

    def resolve(self) -> Resolved:
        """Every account that was asked for.

        Raises CredentialsError when no account at all can be entered for want of credentials;
        any other account that cannot be entered is Skipped.
        """
        with self._lock:
            if self._resolved is None:
                self._resolved = self._resolve()
            return self._resolved

    def for_account(self, account: str) -> AccountSession:
        """The session of one account. Raises CredentialsError when none was given for it."""
        for session in self.resolve().accounts:
            if session.account == account:
                return session
        raise CredentialsError(
            f"No credentials were given for the AWS account {account}.",
            hint="Pass a profile (--aws-profile) or a role (--aws-role) of that account.",
        )

    def _resolve(self) -> Resolved:
        access = self.access
        found: list[_Found] = []
        failures: list[CloudError] = []
        bases = [self._direct(profile, found, failures) for profile in access.profiles or (None,)]
        base = bases[0]
        if base is None:
            found += [skip_for(failures[0], where=_role_where(r)) for r in access.roles]
            if access.organization_role:
                found.append(skip_for(failures[0], where="aws:organization"))
        elif access.roles or access.organization_role:
            if not access.profiles:
                found.clear()  # ambient credentials only open the doors; they are not in scope
            found += self._assume(base, [(r, f"role {r.arn}") for r in access.roles])
            if access.organization_role:
                found += self._organization(base)
        resolved = _sorted(found)
        if not resolved.accounts and failures:
            for failure in failures:
                if isinstance(failure, CredentialsError):
                    raise failure
        return resolved

    def _direct(
        self, profile: str | None, found: list[_Found], failures: list[CloudError]
    ) -> AccountSession | None:
        source = f"profile {profile}" if profile else "ambient"
        try:
            session = self._opener.direct(profile, source)
        except CloudError as error:
            failures.append(error)
            found.append(skip_for(error, where=f"aws ({source})"))
            return None
        found.append(session)
        return session

    def _assume(self, base: AccountSession, roles: Sequence[tuple[RoleSpec, str]]) -> list[_Found]:
        def one(given: tuple[RoleSpec, str]) -> _Found:
            role, source = given
            try:
                return self._opener.assumed(base, role, source)
            except CloudError as error:
                return skip_for(
                    error, where=_role_where(role), detail=f"{role.arn}: {error.message}"
                )

        return _at_once(one, roles)

    def _organization(self, base: AccountSession) -> list[_Found]:
        name = self.access.organization_role
        found: list[_Found] = []
        roles: list[tuple[RoleSpec, str]] = []
        try:
            for page in base.pages("organizations", "ListAccounts"):
                for account in structs(page.data, "Accounts"):
                    number = text(account, "Id")
                    if not _is_active(account):
                        found.append(_suspended(account))
                        continue
                    mail = text(account, "Email")
                    found.append(RootEmail(account=number, email=mail, reply=page))
                    if number == base.account:
                        found.append(base)  # the organization role does not exist at home
                    else:
                        arn = f"arn:{base.partition}:iam::{number}:role/{name}"
                        role = RoleSpec(arn=arn, external_id=self.access.external_id)
                        roles.append((role, f"organization {name}"))
        except CloudError as error:
            found.append(skip_for(error, where="aws:organization"))
        return found + self._assume(base, roles)


def _role_where(role: RoleSpec) -> str:
    parts = role.arn.split(":")
    return f"aws:{parts[4] if len(parts) > 5 else role.arn}"


def _state(account: Data) -> str:
    # ``Status`` is being replaced by ``State`` (Organizations API reference, Account).
    return text(account, "State") or text(account, "Status") or "ACTIVE"


def _is_active(account: Data) -> bool:
    return _state(account) == "ACTIVE"


def _suspended(account: Data) -> Note:
    return Note(
        kind=NoteKind.SUSPENDED_ACCOUNT,
        where=f"aws:{text(account, 'Id')}",
        text=f"The organization says {_state(account)}: nobody can act in this account.",
    )


def _sorted(found: Iterable[_Found]) -> Resolved:
    accounts: dict[str, AccountSession] = {}
    skipped: list[Skipped] = []
    notes: list[Note] = []
    root_emails: list[RootEmail] = []
    for item in found:
        if isinstance(item, AccountSession):
            accounts.setdefault(item.account, item)
        elif isinstance(item, Skipped):
            skipped.append(item)
        elif isinstance(item, RootEmail):
            root_emails.append(item)
        else:
            notes.append(item)
    return Resolved(
        accounts=tuple(accounts[a] for a in sorted(accounts)),
        # An account that another way in reached is not unread.
        skipped=tuple(s for s in skipped if s.where.removeprefix("aws:") not in accounts),
        notes=tuple(notes),
        root_emails=tuple(root_emails),
    )


def _at_once(
    one: Callable[[tuple[RoleSpec, str]], _Found], roles: Sequence[tuple[RoleSpec, str]]
) -> list[_Found]:
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return list(pool.map(one, roles))
