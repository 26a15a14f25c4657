"""Access keys that the roster names by their id: which account each belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iac_offboard.clouds.aws.reply import text
from iac_offboard.live.aws.gather import Gather
from iac_offboard.model import AliasKind, Subject


def keys_by_account(gather: Gather, subjects: Iterable[Subject]) -> Mapping[str, tuple[str, ...]]:
    """One call per key: STS tells any caller the account of any key (STS API reference,
    GetAccessKeyInfo). Asking each account's IAM instead would be denied in all but one."""
    ids = {
        alias.value
        for subject in subjects
        for alias in subject.aliases
        if alias.kind is AliasKind.AWS_ACCESS_KEY_ID
    }
    found: dict[str, tuple[str, ...]] = {}
    for key_id in sorted(ids):
        reply = gather.ask(
            "sts",
            "GetAccessKeyInfo",
            kinds=frozenset({"iam_access_key"}),
            about=f"access key {key_id}",
            AccessKeyId=key_id,
        )
        account = text(reply.data, "Account") if reply else ""
        if account:
            found[account] = (*found.get(account, ()), key_id)
    return found
