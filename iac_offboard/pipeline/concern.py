"""Whose bindings a scan of code alone has to look at closely.

A state or a cloud may tell that a name in code is a leaver's which code alone does not tell (by a
tag, an id, the account that a name stands in): then everybody's bindings are joined. Where only
code is read, nothing is learned of an identity but what its own places say.
"""

from __future__ import annotations

from iac_offboard.model import Binding, Principal, PrincipalKind
from iac_offboard.pipeline.unresolved import may_be_named
from iac_offboard.sources.wanted import Concern
from iac_offboard.subjects.matching import Matcher


def concern(matcher: Matcher) -> Concern:
    """What stands in code and may concern a subject."""
    known: dict[Principal, bool] = {}

    def ask(principal: Principal) -> bool:
        if principal not in known:
            known[principal] = principal.stable_id is not None or matcher.candidate(principal)
        return known[principal]

    def concerns(binding: Binding) -> bool:
        principal, target = binding.principal, binding.target
        if target.unique_id is not None or ask(principal):
            return True
        if target.kind != "iam_access_key" or not target.name:
            return False
        key = PrincipalKind.ACCESS_KEY
        return ask(
            Principal(
                provider=principal.provider,
                kind=key,
                value=target.name,
                account=principal.account,
            )
        )

    return Concern(binding=concerns, principal=ask, text=may_be_named(matcher))
