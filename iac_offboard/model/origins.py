"""Where a binding was seen, and the bytes that would have to go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from iac_offboard.model.bindings import Binding


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """Bytes [start, end) of a file; ``file`` is a posix path relative to the --terraform DIR."""

    file: str
    start: int
    end: int


class CutKind(StrEnum):
    ELEMENT = "element"  # of a list: HCL tuple or JSON/YAML array
    ENTRY = "entry"  # of a map: HCL object element, JSON member, YAML mapping entry
    BLOCK = "block"  # an HCL block: resource, module, nested block
    ATTRIBUTE = "attribute"  # a whole HCL attribute
    PIECE = "piece"  # of a text: a row of CSV, "b" of split(",", "a,b")
    FILE = "file"  # a whole file: nothing in it can go alone, a person deletes it


class Emptied(StrEnum):
    """What to do when the cut takes the last sibling of its container."""

    KEEP = "keep"  # an empty list or map is right
    ENCLOSING = "enclosing"  # cut ``Cut.enclosing`` instead
    MANUAL = "manual"  # a person has to decide: it would widen access or be invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One span to take out so that a binding is no longer written.

    ``span`` covers the element, entry or block itself, without separators or comments: the
    edit room finds those. ``container`` is the list, map or body that holds it. ``shift`` says
    that instances are numbered by position (count), so that a cut renames the ones behind it.
    ``separator``: what stands between two pieces of a text.
    """

    kind: CutKind
    span: Span
    container: Span | None = None
    emptied: Emptied = Emptied.KEEP
    enclosing: Cut | None = None
    shift: bool = False
    separator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeOrigin:
    """Where configuration spells a binding. ``directory`` is the --terraform DIR, as given, that
    the files of spans are below; ``span`` is the literal of the principal itself, or what names
    it here, and then ``literal`` is the text elsewhere that spells it, as far as one does;
    ``cuts`` are all the spans that have to go together (usually one); empty means that no
    correct edit is known and ``why_no_cut`` says why. ``ignored``: ``ignore_changes`` covers the
    place, so that no apply of the edited code changes it live."""

    root: str
    address: str
    path: str
    span: Span
    line: int
    digest: str
    cuts: tuple[Cut, ...] = ()
    why_no_cut: str = ""
    directory: str = ""
    ignored: bool = False
    literal: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateOrigin:
    """Where a state file holds a binding. ``root`` is set once the file is tied to a root;
    ``rootless``: code was read, and no root module there makes anything of this state.
    ``serial`` is 0 and ``lineage`` "" where the file says neither, as the prior state that stands
    in the JSON of a plan."""

    file: str
    address: str
    path: str
    serial: int
    lineage: str
    digest: str
    root: str = ""
    rootless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOrigin:
    """Where Terraform's own plan, as JSON, says that an apply of the code leaves a binding:
    ``actions`` are the plan's words for what the apply does at that address (``no-op``,
    ``create`` ...). It speaks for the code, line unknown. ``root`` is set once the file is tied to
    a root."""

    file: str
    address: str
    path: str
    actions: tuple[str, ...]
    digest: str
    root: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOrigin:
    """Which API call showed a binding."""

    account: str
    region: str
    operation: str
    caller: str
    read_at: datetime
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastUse:
    """When a credential or an identity was last used, as its cloud tracks it. ``at`` None: never,
    as far as is tracked. ``service`` and ``region`` are the cloud's words, "" where it has none."""

    at: datetime | None
    service: str = ""
    region: str = ""


LONGEST_SESSION = 12 * 3600
"""Seconds that a session of a role or permission set may last where nothing shorter was read
("Update the maximum session duration for a role", IAM user guide; "Set session duration for AWS
accounts", IAM Identity Center user guide)."""

DENIED_NOW = "denied now"
"""``Observation.status`` of a session that only a Deny on the leaver keeps from being entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How a session begins, for observations of the relation ``session``.

    ``max_seconds`` is the longest that a session lasts, None when it was not read. ``marks`` are
    (condition key, value) pairs that every session of the leaver there is certain to carry,
    because the trust policy enforces them or the service sets them: ``aws:SourceIdentity``,
    ``aws:userid`` (``AROA...:NAME``), ``identitystore:UserId``. Empty: nothing tells the leaver's
    sessions from those of others. ``others`` are principals that may enter too, as the trust
    policy spells them. ``editable`` is False for roles that a service owns (AWSReservedSSO_...).
    """

    max_seconds: int | None = None
    marks: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()
    editable: bool = True

    @property
    def seconds(self) -> int:
        """The longest that a session may last, read or not."""
        return LONGEST_SESSION if self.max_seconds is None else self.max_seconds


Origin: TypeAlias = CodeOrigin | PlanOrigin | StateOrigin | LiveOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A binding at an origin.

    ``resource_type`` is the Terraform type in code and state, "" live. ``authoritative``: the
    place owns the whole list, so that what it does not name is removed by an apply.
    ``removal`` is the catalog's word for what may be done here; live ``manual`` where nothing would
    be left of a document without the candidates, ``condition`` for one that stands in a Condition,
    where cutting it would widen access. ``mirror``: the provider copies
    into state what stands live, whoever wrote it, so that the place causes nothing.
    ``created_at`` and ``status`` (``Active``, ``Inactive`` ...; of a session ``denied now``, where
    only a Deny of everything on the leaver stops what was possible before) are known live.
    ``image`` is the sha256 of the canonical document that stands there (a trust policy, say): a
    document may hold a secret, its digest not. ``element`` is canonical JSON of what a rollback
    would put back into that document (:func:`iac_offboard.catalog.elements.element`), without
    the values of conditions. ``last_use`` None: not read, or nobody tracks it.
    ``provisioned_by`` names the identity provider that writes this directory object (SCIM), ""
    for one that is made here.
    """

    binding: Binding
    origin: Origin
    resource_type: str = ""
    authoritative: bool = False
    removal: str = ""
    mirror: bool = False
    created_at: datetime | None = None
    status: str = ""
    image: str = ""
    element: str = ""
    last_use: LastUse | None = None
    entry: Entry | None = None
    provisioned_by: str = ""
