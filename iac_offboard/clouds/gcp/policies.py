"""The allow policy of any resource, read and written by its full resource name.

Which method that is comes from the discovery documents that the client library brings: the one
named ``getIamPolicy`` of the resource's service whose path fits its relative name ("Full resource
names", AIP-122). BigQuery keeps the access of a dataset in the dataset itself
(:mod:`iac_offboard.clouds.gcp.datasets`).

A policy is always asked for and written as version 3, and always with its etag: a policy that is
written without one loses the conditions that stood in it ("Specifying a policy version when
setting a policy", IAM documentation).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from iac_offboard.catalog.policy import Json
from iac_offboard.clouds.gcp import datasets
from iac_offboard.clouds.gcp.operations import OPERATIONS, policy_permissions
from iac_offboard.clouds.gcp.session import Called, GcpSession
from iac_offboard.clouds.reply import Reply
from iac_offboard.errors import CloudError

VERSION = 3
NO_METHOD = "NoPolicyMethod"
"""Our own code: no service that we know reads the policy of such a thing."""

_DOCUMENTS = resources.files("googleapiclient") / "discovery_cache" / "documents"
# Where Cloud Asset's host is not the name of the API.
_APIS = {
    "bigtable": ("bigtableadmin",),
    "billing": ("cloudbilling",),
    "tagmanager": ("cloudresourcemanager",),
    "monitoring": (),
}
_STABLE = re.compile(r"^v(\d+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What stands there: ``document`` has ``bindings`` and perhaps ``auditConfigs``, ``etag`` is
    what a write has to name. ``raw`` is what the service keeps where that is no policy."""

    full_name: str
    account: str
    document: Mapping[str, Json]
    etag: str
    reply: Reply
    raw: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Method:
    """``getIamPolicy`` of one collection. ``options`` is how the policy version is asked for."""

    api: str
    version: str
    path: tuple[str, ...]
    expression: re.Pattern[str]
    options: str
    body: bool

    def params(self, relative: str) -> dict[str, str] | None:
        found = self.expression.fullmatch(relative)
        return found.groupdict() if found is not None else None

    def called(self, write: bool) -> Called:
        path = (*self.path[:-1], "setIamPolicy" if write else "getIamPolicy")
        return Called(
            api=self.api,
            version=self.version,
            path=path,
            permissions=policy_permissions(self.api, path),
            name=".".join((self.api, *path)),
        )


def read(session: GcpSession, full_name: str, account: str) -> Policy:
    """The policy that stands there now, version 3. Raises CloudError, with the code ``NO_METHOD``
    for a thing whose policy no known service reads."""
    if datasets.is_dataset(full_name):
        return _dataset(datasets.read(session, full_name, account), full_name, account)
    method, params = _method_of(full_name)
    reply = session.make(method.called(write=False), account=account, **params, **_asked(method))
    data = {k: v for k, v in reply.data.items() if k in ("bindings", "auditConfigs", "version")}
    etag = reply.data.get("etag")
    return Policy(
        full_name=full_name,
        account=account,
        document=data,  # type: ignore[arg-type]  # JSON, as the client parsed it
        etag=etag if isinstance(etag, str) else "",
        reply=reply,
    )


def write(session: GcpSession, policy: Policy, bindings: Sequence[Json]) -> Reply:
    """Put ``bindings`` in the place of those of ``policy``, if nobody wrote since it was read.

    Audit configurations stay as they stand: they are not in the mask of a write ("Method:
    projects.setIamPolicy"). Raises ``ConflictError`` when somebody wrote, CloudError otherwise, and
    when the policy came without an etag: nothing would keep what others write at the same time.
    """
    if not policy.etag:
        raise CloudError(
            f"The policy of {policy.full_name} came without an etag and is left alone.",
            operation="setIamPolicy",
            code="ManualStep",
            hint="Change it by hand.",
        )
    if policy.raw is not None:
        return datasets.write(session, policy.full_name, policy.account, policy.raw, bindings)
    method, params = _method_of(policy.full_name)
    document = {"bindings": list(bindings), "etag": policy.etag, "version": VERSION}
    body = document if method.api == "storage" else {"policy": document}
    return session.make(method.called(write=True), account=policy.account, **params, body=body)


def permissions(full_name: str, *, write: bool = False) -> tuple[str, ...]:
    """What reading or writing this policy needs; () where no method is known."""
    if datasets.is_dataset(full_name):
        return OPERATIONS[f"bigquery.datasets.{'patch' if write else 'get'}"].permissions
    try:
        method, _ = _method_of(full_name)
    except CloudError:
        return ()
    return method.called(write).permissions


def _dataset(reply: Reply, full_name: str, account: str) -> Policy:
    etag = reply.data.get("etag")
    raw: Mapping[str, Json] = reply.data  # type: ignore[assignment]  # JSON
    return Policy(
        full_name=full_name,
        account=account,
        document={"bindings": list(datasets.bindings(raw))},
        etag=etag if isinstance(etag, str) else "",
        reply=reply,
        raw=raw,
    )


def _asked(method: _Method) -> dict[str, object]:
    if method.options:
        return {method.options: VERSION}
    if method.body:
        return {"body": {"options": {"requestedPolicyVersion": VERSION}}}
    return {}


def _method_of(full_name: str) -> tuple[_Method, dict[str, str]]:
    host, _, relative = full_name.removeprefix("//").partition("/")
    for method in _methods(host.partition(".")[0]):
        params = method.params(relative)
        if params is not None:
            return method, params
    raise CloudError(
        f"No API that this version knows reads the policy of {full_name}.",
        operation="getIamPolicy",
        code=NO_METHOD,
        hint="Look at it by hand.",
    )


def _methods(label: str) -> Iterator[_Method]:
    """Those of one service, of its newest stable version first: another is not even opened while
    one fits."""
    apis = _APIS.get(label, (label,))
    names = [n for n in _documents() if n[0] in apis]
    for api, version in sorted(names, key=lambda n: _age(n[1])):
        yield from _of_document(api, version)


@cache
def _documents() -> tuple[tuple[str, str], ...]:
    """(API, version) of every document."""
    found = []
    for file in _DOCUMENTS.iterdir():
        api, _, version = file.name.removesuffix(".json").partition(".")
        if version:
            found.append((api, version))
    return tuple(sorted(found))


def _age(version: str) -> tuple[int, str]:
    stable = _STABLE.match(version)
    return (-int(stable[1]), "") if stable else (1, version)


@cache
def _of_document(api: str, version: str) -> tuple[_Method, ...]:
    return tuple(_read_document(api, version))


def _read_document(api: str, version: str) -> Iterator[_Method]:
    raw = json.loads((_DOCUMENTS / f"{api}.{version}.json").read_bytes())
    for path, method in _walk(raw):
        if path[-1] != "getIamPolicy":
            continue
        parameters = method.get("parameters", {})
        options = next((n for n in parameters if n.endswith("equestedPolicyVersion")), "")
        yield _Method(
            api=api,
            version=version,
            path=path,
            expression=_expression(api, method),
            options=options.replace(".", "_"),
            body="request" in method,
        )


def _walk(raw: dict[str, dict[str, dict[str, object]]]) -> Iterator[tuple[tuple[str, ...], dict]]:  # type: ignore[type-arg]
    todo: list[tuple[tuple[str, ...], dict[str, dict[str, dict[str, object]]]]] = [((), raw)]
    while todo:
        path, at = todo.pop(0)
        for name, method in at.get("methods", {}).items():
            yield (*path, name), method
        for name, inner in at.get("resources", {}).items():
            todo.append(((*path, name), inner))  # type: ignore[arg-type]


def _expression(api: str, method: Mapping[str, object]) -> re.Pattern[str]:
    """What the relative name has to look like. Cloud Storage says ``b/{bucket}/iam`` and Cloud
    Asset the bucket's name alone; Compute Engine's path goes on after the resource."""
    path = str(method["path"])
    path = re.sub(r"(?::|/)getIamPolicy$", "", path)
    path = re.sub(r"^(?:[a-z]+/)?v\d\w*/", "", path)
    if api == "storage":
        path = path.removeprefix("b/").removesuffix("/iam")
    parameters = method.get("parameters")
    known = parameters if isinstance(parameters, Mapping) else {}
    pieces = []
    for literal, plus, name in re.findall(r"([^{]*)(?:\{(\+?)([^}]+)\})?", path):
        pieces.append(re.escape(literal))
        if name:
            spec = known.get(name)
            pattern = spec.get("pattern") if isinstance(spec, Mapping) and plus else None
            inner = str(pattern).removeprefix("^").removesuffix("$") if pattern else "[^/]+"
            pieces.append(f"(?P<{name}>{inner})")
    return re.compile("".join(pieces))
