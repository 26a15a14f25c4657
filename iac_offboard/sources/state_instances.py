"""One resource instance of a state, and no secret past this file.

What leaves is what a catalog row names, and nothing else: state holds every secret that a
provider ever returned. Source of the shapes: ``statev4.go`` in hashicorp/terraform; "JSON Output
Format", state and plan representation, Terraform documentation.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from iac_offboard.catalog.google_resources import attributes
from iac_offboard.catalog.paths import follow, steps, top
from iac_offboard.catalog.policy import Json
from iac_offboard.catalog.principal import HOLE, is_email, parse_arn
from iac_offboard.catalog.rows import PathEntry, Row, row
from iac_offboard.sources.state_secrets import Steps, covering, masked, sensitive, without

_STEP = re.compile(r"\[\*\]|[^.\[]+")

# Besides what a row names: ids that join code, state and live, and second facts about a person.
_IDENTIFYING = frozenset(
    {
        "arn",
        "id",
        "unique_id",
        "user_id",
        "tags",
        "emails",
        "email",
        "project",
        "oidc",
        "namespace",
    }
)
_SECRET = frozenset({"secret", "password", "private_key", "ses_smtp_password_v4", "key_material"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One managed resource instance. ``attrs`` holds what the catalog's row names, without
    secrets (never shown: a policy may hold one in a condition); empty for a type that has no
    row. ``hidden`` are attributes that the row reads and that could not be read, ``malformed``
    paths at which something else stands than the row says. ``provider`` is the provider
    configuration, ``account`` that of the instance's own ARN or of its neighbours. ``deposed``
    is the key of an object that is waiting to be destroyed, "" for a current one."""

    address: str
    type: str
    name: str
    module: str
    index: str | int | None
    provider: str
    attrs: Mapping[str, Json] = field(repr=False)
    hidden: tuple[str, ...] = ()
    malformed: tuple[str, ...] = ()
    account: str | None = None
    deposed: str = ""


def as_list(node: Json) -> Sequence[Json] | None:
    """The list that a node is; None for anything else."""
    return node if isinstance(node, Sequence) and not isinstance(node, str) else None


def _text(node: Json) -> str:
    return node if isinstance(node, str) else ""


def of_resource(resource: Mapping[str, Json]) -> Iterator[Instance]:
    """The instances of one resource of a version 4 state; none of a data source."""
    if resource.get("mode") != "managed":
        return
    type_, name, module = (_text(resource.get(k)) for k in ("type", "name", "module"))
    for raw in as_list(resource.get("instances")) or ():
        if not isinstance(raw, Mapping):
            continue
        key = raw.get("index_key")
        index = key if isinstance(key, str | int) else None
        yield _instance(
            address=f"{module}{'.' if module else ''}{type_}.{name}{key_text(index)}",
            described=resource,
            index=index,
            module=module,
            provider=_text(resource.get("provider")),
            attrs=raw.get("attributes"),
            marked=sensitive(raw.get("sensitive_attributes")),
            deposed=_text(raw.get("deposed")),
        )


def of_values(resource: Mapping[str, Json]) -> Iterator[Instance]:
    """The instance that one resource of ``terraform show -json`` is; none of a data source."""
    if resource.get("mode") != "managed":
        return
    key = resource.get("index")
    index = key if isinstance(key, str | int) else None
    address, own = (_text(resource.get(k)) for k in ("address", "name"))
    yield _instance(
        address=address,
        described=resource,
        index=index,
        module=address.removesuffix(f"{_text(resource.get('type'))}.{own}{key_text(index)}")[:-1],
        provider=_text(resource.get("provider_name")),
        attrs=resource.get("values"),
        marked=masked(resource.get("sensitive_values")),
        deposed=_text(resource.get("deposed_key")),
    )


def of_change(
    change: Mapping[str, Json], after: Json, marked: Json, provider: str = ""
) -> Instance | None:
    """The instance that one change of a plan leaves, with these attributes; ``marked`` is the
    plan's mask of what is sensitive. None of a data source."""
    if change.get("mode") != "managed":
        return None
    key = change.get("index")
    index = key if isinstance(key, str | int) else None
    return _instance(
        address=_text(change.get("address")),
        described=change,
        index=index,
        module=_text(change.get("module_address")),
        provider=provider or _text(change.get("provider_name")),
        attrs=after,
        marked=masked(marked),
        deposed=_text(change.get("deposed")),
    )


def _instance(
    *,
    address: str,
    described: Mapping[str, Json],
    index: str | int | None,
    module: str,
    provider: str,
    attrs: Json,
    marked: Set[Steps],
    deposed: str,
) -> Instance:
    type_ = _text(described.get("type"))
    known = row(type_)
    all_attrs = _undressed(attrs) if isinstance(attrs, Mapping) else {}
    return Instance(
        address=address,
        type=type_,
        name=_text(described.get("name")),
        module=module,
        index=index,
        provider=provider,
        attrs=_allowed(known, without(all_attrs, marked)),
        hidden=_hidden(known, attrs, marked),
        malformed=_malformed(known, all_attrs),
        account=_account_of(all_attrs),
        deposed=deposed,
    )


def _undressed(attrs: Mapping[str, Json]) -> Mapping[str, Json]:
    """An attribute whose type is decided by its value stands beside that type
    ("cty JSON Value Mapping", dynamic values): a manifest, the body of a request."""
    return {
        name: value["value"]
        if isinstance(value, Mapping)
        and value.keys() == {"type", "value"}
        and as_list(value["type"]) is not None
        else value
        for name, value in attrs.items()
    }


def key_text(index: str | int | None) -> str:
    """The key of an instance as an address spells it."""
    if index is None:
        return ""
    return f"[{index}]" if isinstance(index, int) else f"[{json.dumps(index, ensure_ascii=False)}]"


def _account_of(attrs: Mapping[str, Json]) -> str | None:
    parsed = parse_arn(_text(attrs.get("arn")))
    return parsed.account if parsed else None


def _allowed(known: Row | None, attrs: Mapping[str, Json]) -> dict[str, Json]:
    if known is None:
        return {}
    wanted = _IDENTIFYING | {name for entry in known.paths for name in _named(entry)}
    names = wanted - _SECRET
    found = {k: v for k, v in attrs.items() if k in names and not k.startswith("encrypted_")}
    if isinstance(tags := found.get("tags"), Mapping):
        found["tags"] = {k: v for k, v in tags.items() if isinstance(v, str) and is_email(v)}
    return found


def _hidden(known: Row | None, attrs: Json, marked: Set[Steps]) -> tuple[str, ...]:
    """Attributes where the row says an identity may stand, and that we do not read."""
    if known is None:
        return ()
    paths = [steps(entry.path) for entry in known.paths]
    if not isinstance(attrs, Mapping):
        return tuple(sorted({path[0] for path in paths}))
    found = {covering(marked, path) for path in paths} - {()}
    hidden = {p[0] for p in found if any(v not in (None, []) for _, v in follow(attrs, p))}
    return tuple(sorted(hidden))


def _malformed(known: Row | None, attrs: Mapping[str, Json]) -> tuple[str, ...]:
    """Paths of the row where neither text stands nor nothing: that would be read as nobody."""
    paths = [entry.path.removesuffix("$json") for entry in known.paths] if known else []
    return tuple(dict.fromkeys(p for p in paths if not _well_formed(attrs, _STEP.findall(p))))


def _well_formed(node: Json, rest: Sequence[str]) -> bool:
    if node is None or node == HOLE:
        return True
    if not rest:
        # A user or an actor may be a number.
        return isinstance(node, str) or (isinstance(node, int) and not isinstance(node, bool))
    if rest[0] == "[*]":
        items = as_list(node)
        return items is not None and all(_well_formed(item, rest[1:]) for item in items)
    return isinstance(node, Mapping) and _well_formed(node.get(rest[0]), rest[1:])


def _named(entry: PathEntry) -> Iterator[str]:
    """The top attributes that a row's entry reads."""
    paths = [entry.path, entry.target.arn, entry.target.unique_id, entry.condition]
    paths += attributes(entry.target.full)
    for template in (entry.target.name, entry.detail):
        paths += [part.partition("}")[0] for part in template.split("{")]
    if entry.when is not None:
        paths.append(entry.when[0])
    yield from map(top, paths)


def with_accounts(instances: Sequence[Instance]) -> tuple[Instance, ...]:
    """An instance without an ARN of its own is in the account of its provider configuration,
    when all ARNs under that configuration name one."""
    seen: dict[str, set[str]] = defaultdict(set)
    for one in instances:
        if one.account is not None:
            seen[one.provider].add(one.account)
    return tuple(_in_account(i, seen[i.provider]) for i in instances)


def _in_account(one: Instance, accounts: set[str]) -> Instance:
    if one.account is not None or len(accounts) != 1:
        return one
    return replace(one, account=next(iter(accounts)))
