"""Routes from the discovery documents that the client library bundles.

Every method of a document is a route: its HTTP method and its path template, where
``{+name}`` stands for the parameter's own pattern and ``{name}`` for one segment (RFC 6570,
"Google APIs Discovery Service: Discovery document"). Documents are read on first use: that of
compute alone has 5 MB.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from googleapiclient import discovery_cache

from iac_offboard.demo.google.wire import Json

DOCUMENTS = Path(discovery_cache.__file__).parent / "documents"
_PARAMETER = re.compile(r"\{(\+?)([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Method:
    """One method of one document: ``id`` is ``iam.projects.serviceAccounts.get``."""

    api: str
    id: str
    http: str
    path: str
    parameters: Mapping[str, Json]
    request: str
    response: str
    regex: re.Pattern[str]
    document: Document

    @property
    def service(self) -> str:
        """The host: ``iam.googleapis.com``."""
        return self.document.host

    @property
    def verb(self) -> str:
        return self.id.rpartition(".")[2]


@dataclass(slots=True, eq=False)
class Document:
    """One discovery document with its routes, the most specific first."""

    api: str
    version: str
    host: str
    service_path: str
    schemas: Mapping[str, Json]
    parameters: Mapping[str, Json]
    methods: dict[str, list[Method]] = field(default_factory=dict)

    def match(self, http: str, path: str) -> tuple[Method, dict[str, str]] | None:
        for method in self.methods.get(http, ()):
            found = method.regex.fullmatch(path)
            if found:
                named = {_back(k): unquote(v) for k, v in found.groupdict().items()}
                return method, named
        return None


@cache
def versions(api: str) -> tuple[str, ...]:
    """The bundled versions of ``api``, none when it is not known."""
    if not re.fullmatch(r"[a-z0-9]+", api):
        return ()
    return tuple(sorted(p.name.split(".")[1] for p in DOCUMENTS.glob(f"{api}.*.json")))


def find(api: str, http: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """The method that ``path`` (below the prefix of the API) calls, with its path parameters."""
    segments = path.split("/")[:2]
    for version in versions(api):
        if version.replace("_", ".") not in segments and version not in segments:
            continue
        document = load(api, version)
        if path.startswith(document.service_path):
            found = document.match(http, path.removeprefix(document.service_path))
            if found:
                return found
    return None


@cache
def load(api: str, version: str) -> Document:
    raw = json.loads((DOCUMENTS / f"{api}.{version}.json").read_text(encoding="utf-8"))
    host = str(raw["rootUrl"]).removeprefix("https://").strip("/")
    document = Document(
        api=api,
        version=version,
        host=host,
        service_path=raw["servicePath"],
        schemas=raw.get("schemas", {}),
        parameters=raw.get("parameters", {}),
    )
    found = [_method(document, one) for one in _walk(raw)]
    # More literal text first: ``v1/{+name}:disable`` before ``v1/{+name}``.
    found.sort(key=lambda m: (-len(_PARAMETER.sub("", m.path)), m.id))
    for method in found:
        document.methods.setdefault(method.http, []).append(method)
    return document


def _walk(node: Json) -> Iterator[Json]:
    yield from node.get("methods", {}).values()
    for child in node.get("resources", {}).values():
        yield from _walk(child)


def _method(document: Document, raw: Json) -> Method:
    parameters: Mapping[str, Json] = raw.get("parameters", {})
    parts, at = [], 0
    for found in _PARAMETER.finditer(raw["path"]):
        parts.append(re.escape(raw["path"][at : found.start()]))
        at = found.end()
        plus, name = found.groups()
        pattern = str(parameters.get(name, {}).get("pattern", ""))
        body = pattern.removeprefix("^").removesuffix("$") if pattern and plus else ""
        parts.append(f"(?P<{_group(name)}>{body or ('.+' if plus else '[^/]+?')})")
    parts.append(re.escape(raw["path"][at:]))
    return Method(
        api=document.api,
        id=raw["id"],
        http=raw["httpMethod"],
        path=raw["path"],
        parameters=parameters,
        request=raw.get("request", {}).get("$ref", ""),
        response=raw.get("response", {}).get("$ref", ""),
        regex=re.compile("".join(parts)),
        document=document,
    )


def _group(name: str) -> str:
    return name.replace(".", "__DOT__").replace("-", "__DASH__")


def _back(group: str) -> str:
    return group.replace("__DOT__", ".").replace("__DASH__", "-")
