"""The bytes of a version 4 state to instances, and no secret past this file.

What leaves is what a catalog row names, and nothing else: state holds every secret that a
provider ever returned. Source of the shapes: ``statev4.go`` in hashicorp/terraform and
``encryption`` in opentofu/opentofu.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iac_offboard.catalog.paths import follow, steps
from iac_offboard.catalog.policy import Json
from iac_offboard.catalog.principal import is_email, parse_arn
from iac_offboard.catalog.rows import PathEntry, Row, row
from iac_offboard.errors import InputError
from iac_offboard.model import SkipReason
from iac_offboard.sources.state_secrets import Steps, covering, sensitive, without

_READABLE_VERSION = 4
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


class StateFault(InputError):
    """A state could not be read; becomes a Skipped."""

    def __init__(self, reason: SkipReason, detail: str, hint: str) -> None:
        super().__init__(detail, hint=hint)
        self.reason = reason


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


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    lineage: str
    serial: int
    digest: str
    instances: tuple[Instance, ...]


def read_state(data: bytes, name: str) -> State:
    """The managed instances of a state. Raises StateFault with the cause and the next step;
    the message never quotes the file, ``name`` is all it says about it."""
    raw = _parsed(data, name)
    if any(key in raw for key in ("encrypted_data", "encryption_version")):
        raise StateFault(
            SkipReason.ENCRYPTED,
            f"{name} is an encrypted OpenTofu state",
            "Decrypt it with `tofu state pull > FILE` in the root module and give that file.",
        )
    version = raw.get("version")
    if version != _READABLE_VERSION or isinstance(version, bool):
        shown = version if isinstance(version, int) else "none"
        raise StateFault(
            SkipReason.UNSUPPORTED,
            f"{name} is no state of version 4 (version: {shown})",
            "Run `terraform state pull > FILE` with Terraform 0.12 or later.",
        )
    serial, lineage = raw.get("serial"), raw.get("lineage")
    instances = _with_accounts([i for r in _resources(raw, name) for i in _instances(r)])
    return State(
        lineage=lineage if isinstance(lineage, str) else "",
        serial=serial if isinstance(serial, int) else 0,
        digest=hashlib.sha256(data).hexdigest(),
        instances=instances,
    )


def _resources(raw: Mapping[str, Json], name: str) -> Sequence[Json]:
    """A resource without readable instances would hide whatever it makes: never just none."""
    resources = raw.get("resources", "")
    if resources is None:  # an empty state of some versions
        return ()
    if not (_is_list(resources) and all(map(_is_object, _list(resources)))):
        raise _broken(f"{name} holds no list of resources")
    for number, resource in enumerate(_list(resources)):
        if not _is_resource(resource):
            raise _broken(f"{name} holds a resource (number {number}) without a list of instances")
    return _list(resources)


def _is_resource(node: Json) -> bool:
    if not isinstance(node, Mapping):
        return False
    named = all(isinstance(node.get(key), str) for key in ("mode", "type", "name"))
    instances = node.get("instances")
    return named and _is_list(instances) and all(map(_is_object, _list(instances)))


def _broken(detail: str) -> StateFault:
    hint = "Fetch it anew with `terraform state pull > FILE`."
    return StateFault(SkipReason.UNPARSEABLE, detail, hint)


def _parsed(data: bytes, name: str) -> Mapping[str, Json]:
    try:
        raw: Json = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        # The decoder's error holds the whole text: it must not travel as a cause.
        raise _broken(
            f"{name} is no valid JSON{where}; it may be cut off or a binary plan"
        ) from None
    if not isinstance(raw, Mapping):
        raise StateFault(
            SkipReason.UNPARSEABLE,
            f"{name} is no state: its top is not an object",
            "Give the file that `terraform state pull` prints.",
        )
    return raw


def _is_list(node: Json) -> bool:
    return isinstance(node, Sequence) and not isinstance(node, str)


def _is_object(node: Json) -> bool:
    return isinstance(node, Mapping)


def _list(node: Json) -> Sequence[Json]:
    return node if isinstance(node, Sequence) and not isinstance(node, str) else ()


def _text(node: Json) -> str:
    return node if isinstance(node, str) else ""


def _instances(resource: Json) -> Iterator[Instance]:
    if not isinstance(resource, Mapping) or resource.get("mode") != "managed":
        return
    type_, name, module = (_text(resource.get(k)) for k in ("type", "name", "module"))
    known = row(type_)
    for raw in _list(resource.get("instances")):
        if not isinstance(raw, Mapping):
            continue
        key = raw.get("index_key")
        index = key if isinstance(key, str | int) else None
        attrs = raw.get("attributes")
        all_attrs = _undressed(attrs) if isinstance(attrs, Mapping) else {}
        marked = sensitive(raw.get("sensitive_attributes"))
        yield Instance(
            address=f"{module}{'.' if module else ''}{type_}.{name}{_key(index)}",
            type=type_,
            name=name,
            module=module,
            index=index,
            provider=_text(resource.get("provider")),
            attrs=_allowed(known, without(all_attrs, marked)),
            hidden=_hidden(known, attrs, marked),
            malformed=_malformed(known, all_attrs),
            account=_account_of(all_attrs),
            deposed=_text(raw.get("deposed")),
        )


def _undressed(attrs: Mapping[str, Json]) -> Mapping[str, Json]:
    """An attribute whose type is decided by its value stands beside that type
    ("cty JSON Value Mapping", dynamic values): a manifest, the body of a request."""
    return {
        name: value["value"]
        if isinstance(value, Mapping)
        and value.keys() == {"type", "value"}
        and _is_list(value["type"])
        else value
        for name, value in attrs.items()
    }


def _key(index: str | int | None) -> str:
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


def _hidden(known: Row | None, attrs: Json, marked: frozenset[Steps]) -> tuple[str, ...]:
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
    if node is None:
        return True
    if not rest:
        # A user or an actor may be a number.
        return isinstance(node, str) or (isinstance(node, int) and not isinstance(node, bool))
    if rest[0] == "[*]":
        return _is_list(node) and all(_well_formed(item, rest[1:]) for item in _list(node))
    return isinstance(node, Mapping) and _well_formed(node.get(rest[0]), rest[1:])


def _named(entry: PathEntry) -> Iterator[str]:
    """The top attributes that a row's entry reads."""
    paths = [entry.path, entry.target.arn, entry.target.unique_id, entry.condition]
    for template in (entry.target.name, entry.detail):
        paths += [part.partition("}")[0] for part in template.split("{")]
    if entry.when is not None:
        paths.append(entry.when[0])
    yield from map(_top, paths)


def _top(path: str) -> str:
    return path.partition(".")[0].partition("[")[0].partition("$")[0]


def _with_accounts(instances: Sequence[Instance]) -> tuple[Instance, ...]:
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
