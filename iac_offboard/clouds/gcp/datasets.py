"""Who may enter a BigQuery dataset: the list ``access`` of the dataset itself, as a policy.

Source: "Resource: Dataset", ``access[]`` (BigQuery API reference): the basic roles READER, WRITER
and OWNER stand for roles of IAM; an entry names one identity; entries that name a view, a routine
or another dataset name nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from iac_offboard.catalog.policy import Json, canonical
from iac_offboard.clouds.gcp.operations import operation
from iac_offboard.clouds.gcp.session import Called, GcpSession
from iac_offboard.clouds.reply import Reply
from iac_offboard.errors import DeniedError

_NAME = re.compile(r"^//bigquery\.googleapis\.com/projects/([^/]+)/datasets/([^/]+)$")
_ROLES = {
    "READER": "roles/bigquery.dataViewer",
    "WRITER": "roles/bigquery.dataEditor",
    "OWNER": "roles/bigquery.dataOwner",
}
_PROJECT_GROUPS = {
    "projectOwners": "projectOwner",
    "projectWriters": "projectEditor",
    "projectReaders": "projectViewer",
}
_SERVICE = ".gserviceaccount.com"
VERSION = 3
"""Without it conditions are left out of what is read, their roles get another name, and a list
that holds one cannot be written (``accessPolicyVersion`` of datasets.get and datasets.patch)."""


def is_dataset(full_name: str) -> bool:
    """Whether the full resource name is a dataset's."""
    return _NAME.match(full_name) is not None


def read(session: GcpSession, full_name: str, account: str) -> Reply:
    """The dataset. Raises CloudError; ``DeniedError`` for one that comes without its list: every
    dataset has an owner, so that an absent one is no empty one."""
    reply = session.call("bigquery.datasets.get", account=account, **_params(full_name))
    if "access" not in reply.data:
        raise DeniedError(
            f"{session.caller} may not see who has access to {full_name}.",
            operation="bigquery.datasets.getIamPolicy",
            hint="Grant bigquery.datasets.getIamPolicy (see: iac-offboard permissions gcp).",
        )
    return reply


def write(
    session: GcpSession,
    full_name: str,
    account: str,
    raw: Mapping[str, Json],
    bindings: Sequence[Json],
) -> Reply:
    """Write the access list with these bindings: an entry that none of them says goes, one that
    no entry says is added, all others stay as they stand. Nobody may have written since: the etag
    goes into If-Match ("Conditional updates", BigQuery). Raises CloudError."""
    wanted = {key: None for one in bindings for key in _keys(one)}
    project = str(_params(full_name)["projectId"])
    entries = _entries(raw)
    kept = [e for e in entries if (k := _key(e, project)) is None or k in wanted]
    have = {k for e in kept if (k := _key(e, project)) is not None}
    added = [_made(*key) for key in wanted if key not in have]
    called = Called.of(operation("bigquery.datasets.patch"))
    body = {"access": [*kept, *added]}
    etag = str(raw.get("etag") or "")
    return session.make(called, account=account, if_match=etag, body=body, **_params(full_name))


def bindings(raw: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """The access list as bindings of a policy: one for each role and condition."""
    reference = raw.get("datasetReference")
    project = reference.get("projectId") if isinstance(reference, Mapping) else ""
    groups: dict[tuple[str, str], list[Json]] = {}
    conditions: dict[tuple[str, str], Json] = {}
    for entry in _entries(raw):
        key = _key(entry, str(project))
        if key is not None:
            role, member, condition = key
            groups.setdefault((role, condition), []).append(member)
            conditions[role, condition] = entry.get("condition")
    for (role, condition), members in groups.items():
        said = {"condition": conditions[role, condition]} if condition else {}
        yield {"role": role, "members": members, **said}


def _params(full_name: str) -> dict[str, object]:
    found = _NAME.match(full_name)
    project, dataset = found.groups() if found else ("", "")
    return {"projectId": project, "datasetId": dataset, "accessPolicyVersion": VERSION}


def _entries(raw: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    access = raw.get("access")
    if not isinstance(access, Sequence) or isinstance(access, str):
        return []
    return [e for e in access if isinstance(e, Mapping)]


def _key(entry: Mapping[str, Json], project: str) -> tuple[str, str, str] | None:
    """Role, member and condition of an entry; None for one that names nobody."""
    role = entry.get("role")
    member = _member(entry, project)
    if not isinstance(role, str) or not member:
        return None
    condition = entry.get("condition")
    return _ROLES.get(role, role), member, canonical(condition) if condition else ""


def _member(entry: Mapping[str, Json], project: str) -> str:
    said = {k: v for k, v in entry.items() if isinstance(v, str)}
    if email := said.get("userByEmail"):
        return f"{'serviceAccount' if email.endswith(_SERVICE) else 'user'}:{email}"
    if group := said.get("groupByEmail"):
        return f"group:{group}"
    if domain := said.get("domain"):
        return f"domain:{domain}"
    special = said.get("specialGroup", "")
    if special in _PROJECT_GROUPS:
        return f"{_PROJECT_GROUPS[special]}:{project}"
    return special or said.get("iamMember", "")


def _keys(binding: Json) -> Iterator[tuple[str, str, str]]:
    if not isinstance(binding, Mapping):
        return
    role, members, condition = (binding.get(k) for k in ("role", "members", "condition"))
    if isinstance(role, str) and isinstance(members, Sequence) and not isinstance(members, str):
        for member in members:
            yield role, str(member), canonical(condition) if condition else ""


def _made(role: str, member: str, condition: str) -> dict[str, Json]:
    """An entry for somebody who is put back; conditions are written as they were read."""
    said: dict[str, Json] = {"condition": json.loads(condition)} if condition else {}
    word, _, name = member.partition(":")
    kinds = {"user": "userByEmail", "serviceAccount": "userByEmail", "group": "groupByEmail"}
    who = {kinds[word]: name} if word in kinds else {"iamMember": member}
    return {"role": role, **who, **said}
