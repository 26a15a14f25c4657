"""Access tokens: minted, looked up, refused.

A token of a disabled or deleted service account is refused at once; one that was minted from a
key lives on when the key is deleted, until it expires ("Disable service accounts", "Delete
service account keys", IAM documentation).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from iac_offboard.demo.google.members import pool_of
from iac_offboard.demo.google.refusals import unauthenticated
from iac_offboard.demo.google.world import World

LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: its member (``user:E``, ``serviceAccount:E``, ``principal://...``), the sets it
    is in (federated principals), and the project whose quota it uses."""

    member: str
    sets: tuple[str, ...] = ()
    project: str = ""
    key: str = ""  # full resource name of the key that the token was minted from

    @property
    def email(self) -> str:
        kind, _, value = self.member.partition(":")
        return value if kind in {"user", "serviceAccount"} else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    text: str = field(repr=False)
    caller: Caller
    expires: datetime
    account: str = ""  # unique ID of the service account
    uid: str = ""  # of the user


class Tokens:
    """The tokens that this server minted; any other is refused."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.by_text: dict[str, Token] = {}
        self.refresh: dict[str, str] = {}  # refresh token -> e-mail

    def mint(
        self, caller: Caller, life: timedelta = LIFE, *, account: str = "", uid: str = ""
    ) -> Token:
        token = Token(
            text=f"ya29.{secrets.token_urlsafe(48)}",
            caller=caller,
            expires=self.world.clock.now() + life,
            account=account,
            uid=uid,
        )
        self.by_text[token.text] = token
        return token

    def of_account(self, email: str, life: timedelta = LIFE, key: str = "") -> Token:
        account = self.world.accounts.by_email[email.lower()]
        caller = Caller(member=f"serviceAccount:{account.email}", project=account.project, key=key)
        return self.mint(caller, life, account=account.unique_id)

    def of_user(self, email: str, life: timedelta = LIFE) -> Token:
        user = self.world.directory.user(email)
        return self.mint(Caller(member=f"user:{user.email}"), life, uid=user.uid)

    def refresh_token(self, email: str) -> str:
        """A long-lived grant of a user, as application-default credentials hold one."""
        text = f"1//{secrets.token_urlsafe(32)}"
        self.refresh[text] = self.world.directory.user(email).email
        return text

    def caller(self, authorization: str) -> Caller:
        """Who sent ``Authorization: Bearer TOKEN``.

        Raises:
            ApiError: 401 for no token, an unknown, expired or revoked one.
        """
        kind, _, text = authorization.partition(" ")
        token = self.by_text.get(text.strip()) if kind.lower() == "bearer" else None
        if not text:
            raise unauthenticated("CREDENTIALS_MISSING")
        if token is None:
            raise unauthenticated()
        if token.expires <= self.world.clock.now():
            raise unauthenticated("ACCESS_TOKEN_EXPIRED")
        if not self._alive(token):
            raise unauthenticated("ACCOUNT_STATE_INVALID")
        return token.caller

    def _alive(self, token: Token) -> bool:
        if token.account:
            account = self.world.accounts.by_id.get(token.account)
            return account is not None and not account.disabled and account.deleted_at is None
        if token.uid:
            user = self.world.directory.users.get(token.caller.email)
            alive = user is not None and not user.deleted and not user.suspended
            return alive and user is not None and user.uid == token.uid
        pool = self.world.pools.get(pool_of(token.caller.member))
        if pool is not None:
            # "You cannot use a disabled pool to .. use existing tokens to access resources."
            return not pool.data.get("disabled") and pool.deleted_at is None
        return True
