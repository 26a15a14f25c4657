"""Deny policies: whom they keep out. Taking a leaver out of one would give, and never takes.

"Deny policies" (IAM documentation): attached to organizations, folders and projects; the list of an
attachment point names them, and each is read for its rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from iac_offboard.catalog.google import parse
from iac_offboard.clouds.reply import Data, Reply, strings, struct, structs, text
from iac_offboard.live.gcp.gather import Gather
from iac_offboard.model import Binding, Effect, Principal, Relation, Target

KIND = "gcp_deny_policy"


@dataclass(slots=True, kw_only=True)
class Denies:
    """Reads deny policies. ``wanted`` says which principals concern a leaver."""

    gather: Gather
    wanted: Callable[[Principal], bool]

    def read(self, accounts: Iterable[str]) -> None:
        """Those attached to ``accounts``."""
        for account in accounts:
            path = account if "/" in account else f"projects/{account}"
            point = quote(f"cloudresourcemanager.googleapis.com/{path}", safe="")
            for reply in self.gather.pages(
                "iam.policies.listPolicies",
                account,
                frozenset({KIND}),
                f"deny policies of {path}",
                parent=f"policies/{point}/denypolicies",
            ):
                for policy in structs(reply.data, "policies"):
                    self._policy(text(policy, "name"), account)

    def _policy(self, name: str, account: str) -> None:
        reply = self.gather.ask(
            "iam.policies.get", account, frozenset({KIND}), f"deny policy {name}", name=name
        )
        if reply is None:
            return
        for rule in structs(reply.data, "rules"):
            self._rule(struct(rule, "denyRule"), reply, name, account)

    def _rule(self, rule: Data, reply: Reply, name: str, account: str) -> None:
        for member in strings(rule, "deniedPrincipals"):
            principal = parse("gcp.member", member, {})
            if principal is not None and self.wanted(principal):
                self.gather.seen(
                    reply,
                    Binding(
                        principal=principal,
                        relation=Relation.GRANT,
                        target=Target(
                            provider="gcp",
                            kind=KIND,
                            name=name.rpartition("/")[2],
                            account=account,
                            arn=f"//iam.googleapis.com/{name}",
                        ),
                        effect=Effect.DENY,
                    ),
                )
