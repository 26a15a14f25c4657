"""The core types. Every room turns some of these into others; none holds behaviour.

Frozen all the way down: tuples and frozensets inside, so that a plan built from them can be
hashed, compared and replayed. Times are timezone-aware; byte offsets are 0-based, half open;
lines are 1-based.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

# --------------------------------------------------------------------------- subjects


class SubjectKind(StrEnum):
    PERSON = "person"
    SERVICE = "service"
    REPOSITORY = "repository"
    WORKLOAD = "workload"
    GROUP = "group"


class SubjectStatus(StrEnum):
    LEAVING = "leaving"
    CANCELLED = "cancelled"


class AliasKind(StrEnum):
    """How a roster spells an identity. ``USER_NAME`` is the only weak kind (rule 12)."""

    USER_NAME = "user_name"
    EMAIL = "email"
    AWS_USER = "aws_user"
    AWS_ARN = "aws_arn"
    AWS_UNIQUE_ID = "aws_unique_id"
    AWS_ACCESS_KEY_ID = "aws_access_key_id"
    IDENTITY_STORE_USER = "identity_store_user"
    UUID = "uuid"
    ENTRA_OBJECT_ID = "entra_object_id"
    REPOSITORY = "repository"
    GITHUB_LOGIN = "github_login"
    GCP_SERVICE_ACCOUNT = "gcp_service_account"
    GCP_PRINCIPAL = "gcp_principal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One spelling of a subject. ``accounts`` binds a name to accounts and makes it strong.

    ``shared`` marks an identity that others use too: it is rotated and transferred by a
    person, never deleted by the tool.
    """

    kind: AliasKind
    value: str
    accounts: frozenset[str] = frozenset()
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """A person said that something outside our reach is done."""

    source: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One leaver. ``release`` holds resource addresses that may be destroyed with the leaver."""

    id: str
    kind: SubjectKind
    left_at: datetime | None
    aliases: tuple[Alias, ...]
    case: str = ""
    status: SubjectStatus = SubjectStatus.LEAVING
    legal_hold: bool = False
    release: frozenset[str] = frozenset()
    break_glass: bool = False
    attested: tuple[Attestation, ...] = ()


# --------------------------------------------------------------------------- bindings


class Relation(StrEnum):
    IDENTITY = "identity"
    CREDENTIAL = "credential"
    MEMBERSHIP = "membership"
    GRANT = "grant"
    TRUST = "trust"
    FEDERATION = "federation"
    OWNERSHIP = "ownership"
    SESSION = "session"


class PrincipalKind(StrEnum):
    """How a provider spells an identity, after parsing by structure."""

    IAM_USER = "iam_user"
    IAM_ROLE = "iam_role"
    IAM_GROUP = "iam_group"
    IAM_SESSION = "iam_session"  # arn:aws:sts::A:assumed-role/ROLE/SESSION, value "ROLE/SESSION"
    IAM_UNIQUE_ID = "iam_unique_id"  # AIDA... / AROA... standing in a policy
    AWS_ACCOUNT = "aws_account"  # the account root: covers, never equals, a user
    AWS_SERVICE = "aws_service"
    AWS_FEDERATED = "aws_federated"  # ARN of an OIDC or SAML provider
    ANYONE = "anyone"
    ACCESS_KEY = "access_key"
    IDENTITY_STORE_USER = "identity_store_user"
    IDENTITY_STORE_GROUP = "identity_store_group"
    OIDC_SUBJECT = "oidc_subject"  # value "ISSUER|SUB"
    EMAIL = "email"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """How one provider spells one identity.

    ``value`` is normalised (IAM names keep their case: compare them case-insensitively).
    ``account`` is None when the place does not say it. ``stable_id`` is the id that a re-created
    namesake does not share (AIDA..., an identity store UUID). ``emails`` are second facts seen
    beside the name (an Identity Center e-mail, a tag that holds an e-mail).
    """

    provider: str
    kind: PrincipalKind
    value: str
    account: str | None = None
    stable_id: str | None = None
    emails: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The thing a binding leads to, e.g. the group of a membership, the key of a credential.

    ``kind`` is a catalog word (``iam_user``, ``iam_access_key``, ``kms_key`` ...), ``name`` the
    provider's name or "" while unknown (an access key before it is created).
    """

    provider: str
    kind: str
    name: str
    account: str | None = None
    region: str | None = None
    arn: str | None = None
    unique_id: str | None = None


class Effect(StrEnum):
    ALLOW = "allow"
    DENY = "deny"  # cutting it would widen access: never automatic


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One principal has one relation to one target. ``detail`` tells parallel bindings apart
    (a statement id, a permission set); ``condition`` says what its condition compares and holds
    a digest of it, never its values (a condition may hold a shared secret)."""

    principal: Principal
    relation: Relation
    target: Target
    detail: str = ""
    condition: str = ""
    effect: Effect = Effect.ALLOW


# --------------------------------------------------------------------------- origins


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
    """

    kind: CutKind
    span: Span
    container: Span | None = None
    emptied: Emptied = Emptied.KEEP
    enclosing: Cut | None = None
    shift: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeOrigin:
    """Where configuration spells a binding. ``span`` is the literal of the principal itself;
    ``cuts`` are all the spans that have to go together (usually one); empty means that no
    correct edit is known and ``why_no_cut`` says why."""

    root: str
    address: str
    path: str
    span: Span
    line: int
    digest: str
    cuts: tuple[Cut, ...] = ()
    why_no_cut: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateOrigin:
    """Where a state file holds a binding. ``root`` is set once the file is tied to a root."""

    file: str
    address: str
    path: str
    serial: int
    lineage: str
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


Origin: TypeAlias = CodeOrigin | StateOrigin | LiveOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A binding at an origin.

    ``resource_type`` is the Terraform type in code and state, "" live. ``authoritative``: the
    place owns the whole list, so that what it does not name is removed by an apply.
    ``removal`` is the catalog's word for what may be done here. ``mirror``: the provider copies
    into state what stands live, whoever wrote it, so that the place causes nothing. ``created_at`` and ``status``
    (``Active``, ``Inactive`` ...) are known live. ``image`` is the sha256 of the canonical
    document that stands there (a trust policy, say): a document may hold a secret, its digest not.
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


# --------------------------------------------------------------------------- what was not read


class SkipReason(StrEnum):
    MISSING = "missing"
    UNPARSEABLE = "unparseable"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too large"
    OUTSIDE = "outside the root"
    DENIED = "denied"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    UNDECIDED = "undecided"
    AMBIGUOUS = "ambiguous"
    UNSUPPORTED = "unsupported"


class Side(StrEnum):
    """Which of the two answers of a verdict something touches."""

    ACCESS = "access"
    RETURN_RISK = "return_risk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that may hold a binding and could not be read or decided (rule 1).

    ``where`` is a file, an address or ``aws:ACCOUNT[:REGION[:SERVICE]]``; ``permission`` is the
    missing IAM action, if that is why; ``kinds`` the binding target kinds that it may hide
    (empty: any); ``subject`` the one subject concerned, "" for all; ``pattern`` the known part of
    an undecided value, ``*`` for what is not known.
    """

    where: str
    reason: SkipReason
    detail: str
    side: Side
    next_step: str = ""
    permission: str = ""
    kinds: frozenset[str] = frozenset()
    subject: str = ""
    pattern: str = ""


class NoteKind(StrEnum):
    BOUNDARY = "boundary"  # a module that is not in the tree: its arguments were evaluated
    DISABLED_REGION = "disabled region"
    SUSPENDED_ACCOUNT = "suspended account"
    NOT_COVERED = "not covered"
    HOLD_BACK = "held back"  # matched by a weak or re-used name, left alone
    HAZARD = "hazard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Observed and worth saying; never a reason for exit 3 (``--strict`` aside)."""

    kind: NoteKind
    where: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One thing that was read, for the report: who read what, where and when."""

    source: str
    where: str
    at: datetime
    caller: str = ""
    operation: str = ""
    request_id: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one source gives: bindings, and honestly what it could not tell."""

    observations: tuple[Observation, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Note, ...] = ()
    reads: tuple[Read, ...] = ()


# --------------------------------------------------------------------------- scope


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountScope:
    """One cloud account that was asked for. ``source`` says where it came from: ``ambient``,
    ``profile NAME``, ``role ARN`` or ``organization ROLE``."""

    provider: str
    account: str
    source: str
    partition: str = "aws"


@dataclass(frozen=True, slots=True, kw_only=True)
class RootScope:
    """One root module. ``path`` is relative to ``directory`` as given on the command line."""

    directory: str
    path: str
    commit: str = ""
    dirty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What was asked for. Empty ``regions`` or ``services`` mean all of them."""

    accounts: tuple[AccountScope, ...] = ()
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    roots: tuple[RootScope, ...] = ()
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What the guards need to know of one account: ``admins`` are the names of users and roles
    with administrator access, ``group_counts`` how many groups each matched user is in,
    ``bounded`` the matched users with a permissions boundary. ``complete`` is False when the
    account could not be read in full: then nobody may conclude from an absence."""

    account: str
    complete: bool = True
    admins: tuple[str, ...] = ()
    group_counts: tuple[tuple[str, int], ...] = ()
    bounded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeInstance:
    """One resource instance that configuration makes, of any type; for the proof of an edit."""

    root: str
    address: str
    type: str
    prevent_destroy: bool = False


# --------------------------------------------------------------------------- findings


class FindingStatus(StrEnum):
    MANAGED = "managed"  # in code (or state) and live
    CODE_ONLY = "code only"
    STATE_ONLY = "state only"
    UNMANAGED = "live only"
    DECLARED = "declared"  # in code, live was not asked
    RETURNED = "returned"


class Strength(StrEnum):
    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One binding of one subject with every place where it is known.

    ``id`` is stable between runs over the same scope. ``shared`` and ``reused`` hold the tool
    back (rules 10 and 12); ``why`` says how the subject was recognised.
    """

    id: str
    subject: str
    binding: Binding
    status: FindingStatus
    strength: Strength
    observations: tuple[Observation, ...]
    why: str
    shared: bool = False
    reused: bool = False

    @property
    def code(self) -> tuple[CodeOrigin, ...]:
        return tuple(o.origin for o in self.observations if isinstance(o.origin, CodeOrigin))

    @property
    def state(self) -> tuple[StateOrigin, ...]:
        return tuple(o.origin for o in self.observations if isinstance(o.origin, StateOrigin))

    @property
    def live(self) -> tuple[LiveOrigin, ...]:
        return tuple(o.origin for o in self.observations if isinstance(o.origin, LiveOrigin))


# --------------------------------------------------------------------------- plan


class Phase(StrEnum):
    """In the order they run; days may pass between two of them (rule 8)."""

    CONTAIN = "contain"
    UNBLOCK = "unblock"
    CODE = "code"
    LIVE = "live"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One step. ``verb`` decides (``iam:AddUserToGroup``, ``code:apply``); ``reason`` explains.

    ``before`` and ``after`` are images of the target ("" is absent): a state or a digest;
    ``params`` are the verb's arguments; ``needs`` are ids of earlier actions.
    """

    id: str
    phase: Phase
    verb: str
    target: Target
    subject: str
    reason: str
    finding: str = ""
    before: str = ""
    after: str = ""
    params: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()
    undo: str = ""
    hazards: tuple[str, ...] = ()
    reverted_by: str = ""

    def param(self, name: str) -> str:
        return dict(self.params).get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualStep:
    """What a person has to do, and why the tool does not."""

    subject: str
    where: str
    text: str
    reason: str
    finding: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why the plan may not be applied yet, and what releases it."""

    code: str
    where: str
    text: str
    release: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file of the patch. Digests are of the whole file, before and after."""

    root: str
    file: str
    digest_before: str
    digest_after: str
    alignment: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A removal.patch: ``apply_command`` is exact, to be run in ``apply_in``."""

    file: str
    digest: str
    apply_in: str
    apply_command: str
    changes: tuple[FileChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The contract (rule 7). ``sources`` are the command-line arguments to look again with."""

    version: int
    tool: str
    made_at: datetime
    made_by: tuple[tuple[str, str], ...]
    scope: Scope
    sources: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str], ...]
    subjects: tuple[Subject, ...]
    findings: tuple[Finding, ...]
    actions: tuple[Action, ...]
    manual: tuple[ManualStep, ...]
    holds: tuple[Hold, ...]
    patches: tuple[Patch, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Note, ...]
    side_effects: tuple[str, ...] = ()

    @property
    def can_apply(self) -> bool:
        return not self.holds


# --------------------------------------------------------------------------- verdicts


class Access(StrEnum):
    DEAD = "dead"
    ALIVE = "alive"
    UNKNOWN = "unknown"


class ReturnRisk(StrEnum):
    NONE = "none"
    PRESENT = "present"
    UNKNOWN = "unknown"


class Grade(StrEnum):
    """How we know. A probe is a negative test: the old credential was tried and refused."""

    PROBED = "probed"
    OBSERVED = "observed"
    ACKNOWLEDGED = "acknowledged"
    ATTESTED = "attested"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingVerdict:
    finding: str
    binding: Binding
    access: Access
    grade: Grade
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Two answers about one subject over one scope; ``not_covered`` is printed beside it."""

    subject: str
    access: Access
    return_risk: ReturnRisk
    bindings: tuple[BindingVerdict, ...]
    because: str
    skipped: tuple[Skipped, ...] = ()
    not_covered: tuple[str, ...] = ()


# --------------------------------------------------------------------------- journal


class Outcome(StrEnum):
    INTENT = "intent"  # written before the call
    DONE = "done"
    ALREADY = "already"  # the effect was there before we came
    REFUSED = "refused"  # the target is not the planned object
    FAILED = "failed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What happened to one action. ``undo`` is canonical JSON of what a rollback needs."""

    seq: int
    at: datetime
    plan: str
    action: str
    outcome: Outcome
    operation: str
    caller: str
    detail: str = ""
    request_id: str = ""
    response_digest: str = ""
    undo: str = ""
    previous: str = field(default="")
