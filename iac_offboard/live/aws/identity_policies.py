"""The policies of a matched identity: its own, those attached to it, those of its groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iac_offboard.catalog.access import total_denies
from iac_offboard.catalog.ours import is_our_policy
from iac_offboard.catalog.policy import Json
from iac_offboard.clouds.reply import Data, struct, structs, text
from iac_offboard.live.aws.gather import Gather, document
from iac_offboard.model import SessionDeny, Target

SESSION_KIND = "iam_role_session"
_SESSIONS = frozenset({SESSION_KIND})


@dataclass(frozen=True, slots=True)
class Holder:
    """A user, group or role of the bulk read and the member that holds its inline policies."""

    data: Data
    inline: str
    about: str


class IdentityPolicies:
    """Reads policy documents of one account: two calls for every distinct managed policy that
    a matched identity holds, however many hold it."""

    def __init__(self, gather: Gather) -> None:
        self._gather = gather
        self._managed: dict[str, tuple[Json, ...]] = {}

    def documents(self, holders: Sequence[Holder]) -> tuple[Json, ...]:
        """Every policy of the holders together, but for our own denies: a session may have begun
        before they stood. One that could not be read is None, and is Skipped: it may allow the
        entering of any role."""
        found: list[Json] = []
        for holder in holders:
            found += self._inline(holder)
            for policy in structs(holder.data, "AttachedManagedPolicies"):
                found += self._of_arn(text(policy, "PolicyArn"))
        return tuple(found)

    def _inline(self, holder: Holder) -> Iterator[Json]:
        for policy in structs(holder.data, holder.inline):
            if is_our_policy(text(policy, "PolicyName")):
                continue
            found = document(policy.get("PolicyDocument"))
            if found is None:
                about = f"policy {text(policy, 'PolicyName')} of {holder.about}"
                self._gather.unparseable("iam", about, _SESSIONS, None)
            yield found

    def _of_arn(self, arn: str) -> tuple[Json, ...]:
        """The one document in force; none when there is no such policy any more."""
        if arn not in self._managed:
            self._managed[arn] = self._read(arn)
        return self._managed[arn]

    def _read(self, arn: str) -> tuple[Json, ...]:
        about = f"policy {arn}"
        before = len(self._gather.skipped)
        policy = self._gather.ask("iam", "GetPolicy", kinds=_SESSIONS, about=about, PolicyArn=arn)
        if policy is None:
            return (None,) if len(self._gather.skipped) > before else ()
        version = text(struct(policy.data, "Policy"), "DefaultVersionId")
        reply = self._gather.ask(
            "iam",
            "GetPolicyVersion",
            kinds=_SESSIONS,
            about=about,
            PolicyArn=arn,
            VersionId=version,
        )
        if reply is None:
            return (None,) if len(self._gather.skipped) > before else ()
        found = document(struct(reply.data, "PolicyVersion").get("Document"))
        if found is None:
            self._gather.unparseable("iam", about, _SESSIONS, None)
        return (found,)


def denies(target: Target, holders: Sequence[Holder]) -> Iterator[SessionDeny]:
    """What the inline policies of the holders deny altogether, to sessions of ``target``."""
    for holder in holders:
        for policy in structs(holder.data, holder.inline):
            for conditions in total_denies(document(policy.get("PolicyDocument"))):
                yield SessionDeny(target=target, conditions=conditions)
