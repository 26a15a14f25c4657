"""Which groups the leavers are in, directly and through other groups.

Cloud Identity tells the direct groups of a member, and leaves out in silence those whose members
the caller may not view ("Method: groups.memberships.searchDirectGroups"): walked upwards, every
edge is read once, but that nothing is there is no answer. The search of transitive groups refuses
where it would leave one out (and in editions without it): only what it says is complete.

The memberships of the leaver are bindings; a group within a group lets the leaver in together with
others, and so do the roles of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from iac_offboard.catalog.google import parse
from iac_offboard.clouds.reply import Data, Reply, struct, structs, text
from iac_offboard.errors import CloudError
from iac_offboard.live.gcp.gather import Gather
from iac_offboard.model import Binding, Principal, Relation, Side, Skipped, SkipReason, Target

_LABEL = "cloudidentity.googleapis.com/groups.discussion_forum"
_PAGE = 200


@dataclass(slots=True, kw_only=True)
class Groups:
    """Reads memberships upwards. ``found`` are the e-mails of all groups that a leaver is in."""

    gather: Gather
    account: str
    found: dict[str, None] = field(default_factory=dict)

    def read(self, emails: Iterable[str]) -> None:
        """The groups of these members, and of their groups. What may not be read is Skipped: a
        role of any group may then be the leaver's."""
        emails = tuple(emails)
        self._walk(emails)
        for email in emails:
            self._complete(email)

    def _walk(self, emails: Iterable[str]) -> None:
        todo = [(email, self._principal(email)) for email in emails]
        known = {email for email, _ in todo}
        while todo:
            email, principal = todo.pop(0)
            for relation, reply in self._direct(email):
                group = text(struct(relation, "groupKey"), "id").lower()
                if not group:
                    continue
                self.found[group] = None
                self._member(principal, group, relation, reply)
                if group not in known:
                    known.add(group)
                    todo.append((group, self._group(group)))

    def _direct(self, email: str) -> list[tuple[Data, Reply]]:
        try:
            return list(self._search("searchDirectGroups", email))
        except CloudError as error:
            self._unread(email, "searchDirectGroups", error.message)
            return []

    def _complete(self, email: str) -> None:
        """Says so where the walk may have missed a group."""
        method = "searchTransitiveGroups"
        try:
            found = [text(struct(g, "groupKey"), "id") for g, _ in self._search(method, email)]
        except CloudError as error:
            self._unread(email, method, error.message)
            return
        missed = sorted({group.lower() for group in found} - self.found.keys() - {""})
        if missed:
            why = f"how it is in {', '.join(missed)} is not shown"
            self._unread(email, "searchDirectGroups", why)

    def _search(self, method: str, email: str) -> Iterator[tuple[Data, Reply]]:
        """Raises CloudError."""
        quoted = email.replace("\\", "\\\\").replace("'", "\\'")
        query = f"member_key_id == '{quoted}' && '{_LABEL}' in labels"
        for reply in self.gather.session.pages(
            f"cloudidentity.groups.memberships.{method}",
            account=self.account,
            parent="groups/-",
            query=query,
            pageSize=_PAGE,
        ):
            self.gather.read(reply)
            yield from ((relation, reply) for relation in structs(reply.data, "memberships"))

    def _member(self, principal: Principal, group: str, relation: Data, reply: Reply) -> None:
        membership = text(relation, "membership")
        self.gather.seen(
            reply,
            Binding(
                principal=principal,
                relation=Relation.MEMBERSHIP,
                target=Target(
                    provider="gcp",
                    kind="gcp_group",
                    name=group,
                    arn=f"//cloudidentity.googleapis.com/{membership}" if membership else None,
                    unique_id=text(relation, "group") or None,
                ),
            ),
        )

    def _principal(self, email: str) -> Principal:
        found = parse("gcp.email", email, {})
        return found if found is not None else self._group(email)

    def _group(self, email: str) -> Principal:
        found = parse("gcp.member", f"group:{email}", {})
        assert found is not None, "the directory gave an address of a group that is none"
        return found

    def _unread(self, email: str, method: str, why: str) -> None:
        self.gather.skipped.append(
            Skipped(
                where="gcp",  # the roles of a group may stand in any account
                reason=SkipReason.DENIED,
                detail=f"not all groups of {email} can be known, and roles of a group may be the "
                f"leaver's: {why.rstrip('.')}",
                side=Side.ACCESS,
                next_step="Let the caller view all groups: the administrator's role Groups Reader "
                "(the search of transitive groups needs Cloud Identity Premium or Workspace "
                "Enterprise); or answer for the groups in a waiver.",
                permission=f"cloudidentity.groups.memberships.{method}",
            )
        )
