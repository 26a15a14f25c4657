"""Which entries of a policy are the leaver's: by structure, never by substring (rule 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from iac_offboard.catalog.policy import Json, PolicyPrincipal
from iac_offboard.catalog.principal import parse_aws_principal
from iac_offboard.errors import CloudError
from iac_offboard.model import Action, Principal, PrincipalKind


@dataclass(frozen=True, slots=True)
class Leaver:
    """The spellings in an action's ``principals``.

    ``texts`` are whole principal strings (an ARN, AIDA..., a federated subject), compared as
    they stand; ``names`` are (kind, lower-case name, account) of a parsed identity.
    """

    texts: frozenset[str]
    names: frozenset[tuple[PrincipalKind, str, str]]

    @classmethod
    def of(cls, action: Action) -> Leaver:
        """``principals`` is a JSON list of strings, or of objects with ``kind``, ``value``,
        ``account`` and ``stable_id``; or strings one per line. A bare name counts in the
        account of the parameter ``account`` and as ``principal_kind`` (an IAM user unless it
        says otherwise). Raises CloudError when there is none."""
        texts: set[str] = set()
        names: set[tuple[PrincipalKind, str, str]] = set()
        for item in _items(action.param("principals")):
            if isinstance(item, dict):
                kind = _kind(item.get("kind"), action)
                value, account = str(item.get("value") or ""), str(item.get("account") or "")
                names.add((kind, value.lower(), account))
                texts.add(str(item.get("stable_id") or ""))
            elif isinstance(item, str):
                texts.add(item)
                parsed = parse_aws_principal(item)
                if parsed is not None:  # IAM names are unique whatever their path and case
                    names.add(cls._key(parsed))
                elif item and action.param("account"):
                    kind = _kind(action.param("principal_kind") or "iam_user", action)
                    names.add((kind, item.lower(), action.param("account")))
        texts.discard("")
        if not texts and not names:
            raise _incomplete(action, "names no principal")
        return cls(frozenset(texts), frozenset(names))

    def is_named_by(self, entry: PolicyPrincipal) -> bool:
        """True when the entry is the leaver."""
        if entry.text in self.texts:
            return True
        principal = entry.principal
        if principal.stable_id and principal.stable_id in self.texts:
            return True
        return self._key(principal) in self.names

    @staticmethod
    def _key(principal: Principal) -> tuple[PrincipalKind, str, str]:
        return principal.kind, principal.value.lower(), principal.account or ""


def _items(written: str) -> list[Json]:
    if not written.lstrip().startswith("["):
        return list(written.splitlines())
    try:
        items = json.loads(written)
    except (ValueError, RecursionError):
        return []
    return items if isinstance(items, list) else []


def _kind(value: Json, action: Action) -> PrincipalKind:
    try:
        return PrincipalKind(str(value))
    except ValueError as fault:
        raise _incomplete(action, f"names a principal of no known kind ({value})") from fault


def _incomplete(action: Action, what: str) -> CloudError:
    return CloudError(
        f"The action {action.id} ({action.verb}) {what}.",
        operation=action.verb,
        hint="The plan is incomplete; make a new one.",
    )
