"""How long a change of Google Cloud takes until it holds everywhere, and what it leaves open.

"Access change propagation" (IAM documentation): a change of a policy is typically there in two
minutes and may take seven or longer; one of a group's members may take hours. Tokens live on: one
that a key made for an hour ("Using OAuth 2.0 for Server to Server Applications"), one that somebody
made by impersonation for an hour, twelve where the organization allows it ("Create short-lived
credentials for a service account"), which is not read here. A disabled or deleted service account
is refused at once, whatever tokens there are ("Disable service accounts").
"""

from __future__ import annotations

from dataclasses import dataclass

from iac_offboard.model import Binding, Effect, Relation

POLICY = 7 * 60
GROUP = 24 * 3600
KEY_TOKEN = 3600
IMPERSONATION = 12 * 3600
_ACCOUNT = "gcp_service_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """``seconds`` that access may go on for; ``what`` goes on, as the subject of a sentence;
    ``account``: it ends at once with the service account itself; ``begun``: somebody began it, so
    that it goes on whatever becomes of the binding; else the change itself is on its way."""

    seconds: int
    what: str
    account: bool = False
    begun: bool = False


def window(binding: Binding) -> Window | None:
    """What the end of this binding leaves open, None for nothing: other clouds have theirs
    elsewhere."""
    target, relation = binding.target, binding.relation
    if target.provider != "gcp" or binding.effect is not Effect.ALLOW:
        return None
    found: Window | None = None
    if relation is Relation.MEMBERSHIP and target.kind == "gcp_group":
        said = "what the group's roles allow (the change takes hours, as documented; a day at most)"
        found = Window(seconds=GROUP, what=said)
    elif relation is Relation.CREDENTIAL and target.kind == "gcp_service_account_key":
        said = "tokens that the key made"
        found = Window(seconds=KEY_TOKEN, what=said, account=True, begun=True)
    elif relation is Relation.CREDENTIAL:
        found = Window(seconds=POLICY, what="the credential", account=True)
    elif relation in (Relation.GRANT, Relation.TRUST) and target.kind == _ACCOUNT:
        said = "tokens of the service account made by impersonation"
        found = Window(seconds=IMPERSONATION, what=said, account=True, begun=True)
    elif relation is Relation.FEDERATION:
        found = Window(seconds=KEY_TOKEN, what="tokens that the provider gave", begun=True)
    elif relation is Relation.GRANT:
        found = Window(seconds=POLICY, what="the role, until the change has spread,")
    return found
