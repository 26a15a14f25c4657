"""Access keys that the roster names by their id, where no matched user holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iac_offboard.clouds.reply import text
from iac_offboard.live.aws.gather import Gather
from iac_offboard.live.aws.iam_credentials import read_access_key
from iac_offboard.model import AliasKind, Subject

_KINDS = frozenset({"iam_access_key"})


def keys_named_by(subjects: Iterable[Subject]) -> frozenset[str]:
    """The access key ids among the aliases of ``subjects``."""
    return frozenset(
        alias.value
        for subject in subjects
        for alias in subject.aliases
        if alias.kind is AliasKind.AWS_ACCESS_KEY_ID
    )


def read_named_keys(wanted: frozenset[str], gathers: Mapping[str, Gather]) -> None:
    """Finds each key of ``wanted`` that is not seen yet; ``gathers`` by account.

    One call per key tells its account (STS API reference, GetAccessKeyInfo: any caller, any
    key), one more its user. Asking each account's IAM would be denied in all but one.
    """
    first = next(iter(gathers.values()), None)
    if first is None:
        return
    seen = {
        o.binding.target.name
        for gather in gathers.values()
        for o in gather.observations
        if o.binding.target.kind in _KINDS
    }
    for key_id in sorted(wanted - seen):
        about = f"access key {key_id}"
        reply = first.ask("sts", "GetAccessKeyInfo", kinds=_KINDS, about=about, AccessKeyId=key_id)
        gather = gathers.get(text(reply.data, "Account")) if reply else None
        if gather:
            read_access_key(gather, key_id)
