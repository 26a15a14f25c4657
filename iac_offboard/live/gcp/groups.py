"""Which groups the leavers are in, directly and through other groups.

Cloud Identity tells the direct groups of a member ("Searching for all groups that a member belongs
to"; the search of transitive ones needs a paid edition): walked upwards, every edge is read once.
The memberships of the leaver are bindings; a group within a group lets the leaver in together with
others, and so do the roles of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
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
        quoted = email.replace("\\", "\\\\").replace("'", "\\'")
        query = f"member_key_id == '{quoted}' && '{_LABEL}' in labels"
        found: list[tuple[Data, Reply]] = []
        try:
            for reply in self.gather.session.pages(
                "cloudidentity.groups.memberships.searchDirectGroups",
                account=self.account,
                parent="groups/-",
                query=query,
                pageSize=_PAGE,
            ):
                self.gather.read(reply)
                found += [(r, reply) for r in structs(reply.data, "memberships")]
        except CloudError as error:
            self.gather.skipped.append(self._unread(email, error))
        return found

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

    def _unread(self, email: str, error: CloudError) -> Skipped:
        return Skipped(
            where="gcp",  # the roles of a group may stand in any account
            reason=SkipReason.DENIED,
            detail=f"the groups of {email} may not be read, and roles of a group may be the "
            f"leaver's: {error.message.rstrip('.')}",
            side=Side.ACCESS,
            next_step="Let the caller view groups: an administrator's role Groups Reader, or the "
            "membership of the group that it may view.",
            permission="cloudidentity.groups.memberships.searchDirectGroups",
        )
