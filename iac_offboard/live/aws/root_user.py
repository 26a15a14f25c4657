"""Whose e-mail address opens the root user of an account.

Whoever reads that mailbox can reset the root user's password ("Reset a lost or forgotten root
user password", IAM user guide). Only an organization's management account and its delegated
administrators may read the address ("DescribeAccount", Organizations API reference): where
nobody may, that is said, and no reason to call an account unread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from iac_offboard.catalog.principal import is_email
from iac_offboard.clouds.aws.accounts import RootEmail
from iac_offboard.clouds.aws.session import AccountSession
from iac_offboard.clouds.reply import Reply, struct, text
from iac_offboard.live.aws.gather import Gather
from iac_offboard.live.aws.named import Matcher
from iac_offboard.model import (
    Binding,
    NoteKind,
    Principal,
    PrincipalKind,
    Relation,
    SkipReason,
    Target,
)

_AT_ONCE = 8
_ORGANIZATIONS = 3  # whose management accounts are asked for the accounts of others
ROOT_KINDS = frozenset({"aws_account_root"})


def read_root_users(
    sessions: Sequence[AccountSession], listed: Iterable[RootEmail], matcher: Matcher
) -> list[Gather]:
    """The root users whose address is a candidate's. ``listed`` is what the organization told
    already; every other account is asked for itself, then whoever could answer for the rest."""
    if not sessions:
        return []
    gathers = [Gather(session) for session in sessions]
    known: set[str] = set()
    for told in listed:
        known.add(told.account)
        _emit(gathers[0], told.reply, told.account, told.email, matcher)
    open_ = [g for g in gathers if g.session.account not in known]
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        answers = list(pool.map(lambda g: _ask(g, g.session.account, matcher), open_))
    able = [gather for gather, answered in zip(open_, answers, strict=True) if answered]
    left = [g.session.account for g in open_ if g not in able]
    # One that may ask for others may ask for all of its organization.
    unread = [a for a in left if not any(_ask(g, a, matcher) for g in able[:_ORGANIZATIONS])]
    if unread:
        text_ = f"root e-mail addresses of accounts {', '.join(unread)}"
        gathers[0].note(NoteKind.NOT_COVERED, "aws", text_)
    return gathers


def _ask(gather: Gather, account: str, matcher: Matcher) -> bool:
    """Whether the account's address could be read through this session."""
    before = len(gather.skipped)
    reply = gather.ask("organizations", "DescribeAccount", kinds=ROOT_KINDS, AccountId=account)
    refused = gather.skipped[before:]
    # Members may not ask: see the note. What was throttled or not reached is another matter.
    gather.skipped[before:] = [s for s in refused if s.reason is not SkipReason.DENIED]
    email = text(struct(reply.data, "Account"), "Email") if reply else ""
    if reply is not None and email:
        _emit(gather, reply, account, email, matcher)
    return bool(email)


def _emit(gather: Gather, reply: Reply, account: str, email: str, matcher: Matcher) -> None:
    value = email.lower()
    if not is_email(value):
        return
    principal = Principal(
        provider="aws",
        kind=PrincipalKind.EMAIL,
        value=value,
        account=account,
        emails=frozenset({without_tag(value)}),
    )
    if matcher(principal):
        # The address itself stays out of the target, whose name ends in reports (rule 14).
        target = Target(provider="aws", kind="aws_account_root", name=account, account=account)
        binding = Binding(principal=principal, relation=Relation.OWNERSHIP, target=target)
        gather.seen(reply, binding, removal="manual")


def without_tag(email: str) -> str:
    """The mailbox behind plus-addressing: ``alice+prod@example.com`` is ``alice@example.com``'s
    (RFC 5233, subaddressing). Dots are left alone: only some providers ignore them."""
    local, _, domain = email.rpartition("@")
    mailbox = local.partition("+")[0]
    return f"{mailbox}@{domain}" if mailbox else email
