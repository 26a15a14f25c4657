"""roster -> subjects; code, state, cloud -> observations; both -> findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from iac_offboard.correlate import correlate
from iac_offboard.errors import InputError
from iac_offboard.hcl.recursion import collector_paused
from iac_offboard.model import (
    AccountFacts,
    Collected,
    Finding,
    Note,
    NoteKind,
    RootScope,
    Scope,
    Subject,
    SubjectStatus,
    Target,
)
from iac_offboard.pipeline.cache import Cache
from iac_offboard.pipeline.forgotten import of_leavers
from iac_offboard.pipeline.git import WorkTree, work_tree
from iac_offboard.pipeline.live import LiveReading, read_live
from iac_offboard.pipeline.plans import PastPlan, Plans
from iac_offboard.pipeline.remembered import Reader
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.roots import must_be_known, var_file
from iac_offboard.pipeline.states import read_states
from iac_offboard.pipeline.together import together
from iac_offboard.pipeline.unresolved import unresolved
from iac_offboard.pipeline.upstreams import judge
from iac_offboard.pipeline.variants import once_for_variants
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.subjects.matching import Matcher
from iac_offboard.subjects.roster import load_roster

Progress = Callable[[str, int, int], None]


def silent(what: str, done: int, total: int) -> None:
    """The progress that nobody watches."""


def nothing_piped() -> bytes:
    """The stdin of whoever has none."""
    return b""


def utc() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Everything one look found. ``code`` holds each directory's own reading, everybody's
    bindings included; ``roster_digest`` is the sha256 of the subjects file."""

    request: Request
    subjects: tuple[Subject, ...]
    roster_digest: str
    findings: tuple[Finding, ...]
    collected: Collected
    scope: Scope
    facts: Mapping[str, AccountFacts]
    code: tuple[tuple[TerraformSource, Collected], ...]
    callers: tuple[tuple[str, str], ...]

    def incomplete(self, *, strict: bool) -> bool:
        """Something could not be read or decided (rule 1)."""
        boundary = any(n.kind is NoteKind.BOUNDARY for n in self.collected.notes)
        return bool(self.collected.skipped) or (strict and boundary)


def run_scan(
    request: Request,
    *,
    subjects: Sequence[Subject] | None = None,
    awaited: Sequence[Target] = (),
    progress: Progress = silent,
    clock: Callable[[], datetime] = utc,
    findings_only: bool = False,
    cache: Cache | None = None,
    jobs: int = 1,
    stdin: Callable[[], bytes] = nothing_piped,
    past: Mapping[str, PastPlan] | None = None,
) -> Scan:
    """Look everywhere that ``request`` names.

    ``subjects`` replaces the roster file, for looking again with what a plan recorded; ``awaited``
    are sessions known from before: how long they last now is read as well. ``clock``: what is
    attested for a time to come is not attested yet. ``findings_only``: nobody compares this look
    with another, so that bindings in code that concern no subject may be left out; then ``cache``
    may know them from a look before. ``jobs``: the processes that read code, 0 for as many as
    help. ``stdin`` gives a plan that is piped in; ``past`` are plan files that an earlier look read
    and that the code has left behind since. Raises ``RosterError``, ``InputError`` for a directory
    that is not there, ``CredentialsError`` when no account can be entered at all; anything else
    that cannot be read is in ``collected``.
    """
    with collector_paused():
        given = _Given(
            subjects=subjects,
            awaited=awaited,
            progress=progress,
            clock=clock,
            findings_only=findings_only,
            cache=cache,
            jobs=jobs,
            stdin=stdin,
            past=past or {},
        )
        return _scan(request, given)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What ``run_scan`` was given, beside the request."""

    subjects: Sequence[Subject] | None
    awaited: Sequence[Target]
    progress: Progress
    clock: Callable[[], datetime]
    findings_only: bool
    cache: Cache | None
    jobs: int
    stdin: Callable[[], bytes]
    past: Mapping[str, PastPlan]


def _scan(request: Request, given: _Given) -> Scan:
    leavers, digest = _subjects(request, given.subjects)
    matcher = Matcher(leavers)
    alone = given.findings_only and not (request.states or request.plans or request.live)
    kept = given.cache if alone else None
    code, trees = _read_code(request, leavers, given.progress, alone, kept, given.jobs)
    plans, told = Plans(code=code, stdin=given.stdin, past=given.past).read(request.plans)
    states = read_states(
        request.states, code, leavers, request.aws, referring=not given.findings_only
    )
    told_of = _told_of([*(c for _, c in code), *plans, *states], matcher)
    awaited = (*given.awaited, *(told_of if request.live else ()))
    live = read_live(request, leavers, matcher.candidate, given.progress, awaited)
    parts = [*(c for _, c in code), *plans, *states, live.collected]
    joined = correlate(leavers, matcher, parts, live_asked=bool(request.live))
    every = together(parts)
    outside = judge(leavers, every.upstreams, joined.findings, given.clock())
    return Scan(
        request=request,
        subjects=leavers,
        roster_digest=digest,
        findings=joined.findings,
        collected=replace(
            every,
            skipped=once_for_variants(
                unresolved(
                    (*every.skipped, *joined.skipped, *outside.skipped), parts, matcher, told
                )
            ),
            notes=tuple(
                dict.fromkeys(
                    (
                        *cancelled(leavers),
                        *of_leavers(every.notes, matcher, joined.findings),
                        *joined.notes,
                        *outside.notes,
                    )
                )
            ),
        ),
        scope=_scope(request, code, trees, live),
        facts=live.facts,
        code=tuple(code),
        callers=live.callers,
    )


def _told_of(parts: Sequence[Collected], matcher: Matcher) -> Iterator[Target]:
    """What code, state and plans say that a leaver has a part in, of clouds whose search lags
    behind: it is looked at itself."""
    bindings = (o.binding for part in parts for o in part.observations)
    gcp = (b for b in bindings if b.target.provider == "gcp" and b.target.arn)
    return (b.target for b in gcp if matcher.candidate(b.principal))


def cancelled(subjects: Iterable[Subject]) -> Iterator[Note]:
    """Nothing found of somebody who was not looked for is no answer."""
    text = "NOT looked for: cancelled in the roster"
    for subject in subjects:
        if subject.status is SubjectStatus.CANCELLED:
            yield Note(kind=NoteKind.HOLD_BACK, where=subject.id, text=text)


def _subjects(request: Request, given: Sequence[Subject] | None) -> tuple[tuple[Subject, ...], str]:
    if given is not None:
        return tuple(given), ""
    roster = load_roster(Path(request.subjects))
    return roster.subjects, roster.digest


def _read_code(
    request: Request,
    subjects: Sequence[Subject],
    progress: Progress,
    alone: bool,
    cache: Cache | None,
    jobs: int,
) -> tuple[list[tuple[TerraformSource, Collected]], list[WorkTree | None]]:
    code: list[tuple[TerraformSource, Collected]] = []
    trees: list[WorkTree | None] = []
    _apart(request.terraform)
    reader = Reader(cache=cache, subjects=tuple(subjects), everybody=not alone, jobs=jobs)
    for i, directory in enumerate(request.terraform):
        progress("Terraform", i, len(request.terraform))
        path = Path(directory)
        if not path.is_dir():
            raise InputError(
                f"--terraform {directory} is not a directory.",
                hint="Name a root module or the top of a repository.",
            )
        var_files = var_files_of(request, directory)
        code.append(reader.read(directory, path, request.max_file_size, var_files))
        trees.append(work_tree(path))
    must_be_known(request.var_files, [source for source, _ in code])
    return code, trees


def _apart(directories: Sequence[str]) -> None:
    """A file that is read under two names would be found, and cut, twice."""
    for i, one in enumerate(directories):
        for other in directories[i + 1 :]:
            a, b = Path(one).resolve(), Path(other).resolve()
            if a.is_relative_to(b) or b.is_relative_to(a):
                raise InputError(
                    f"--terraform {one} and --terraform {other} overlap.",
                    hint="Name the outer directory once: every root module below it is found.",
                )


def var_files_of(request: Request, directory: str) -> dict[str, list[str]]:
    """ROOT=FILE, ROOT as it is labelled or relative to DIR; FILE relative to DIR's top."""
    found: dict[str, list[str]] = {}
    for spec in request.var_files:
        root, file = var_file(spec)
        top = Path(directory)
        for place in (Path(root), top / root):
            if place.resolve().is_relative_to(top.resolve()) and place.is_dir():
                inside = place.resolve().relative_to(top.resolve()).as_posix()
                found.setdefault(inside, []).append(_inside(file, top))
                break
    return found


def _inside(file: str, top: Path) -> str:
    for place in (Path(file), top / file):
        if place.is_file() and place.resolve().is_relative_to(top.resolve()):
            return place.resolve().relative_to(top.resolve()).as_posix()
    raise InputError(
        f"The variable file {file} is not a file below {top}.",
        hint="Variable files are read from inside the --terraform directory only.",
    )


def _scope(
    request: Request,
    code: Sequence[tuple[TerraformSource, Collected]],
    trees: Sequence[WorkTree | None],
    live: LiveReading,
) -> Scope:
    roots = tuple(
        RootScope(
            directory=source.directory,
            path=label,
            commit=tree.commit if tree else "",
            dirty=bool(tree and tree.dirty),
        )
        for (source, _), tree in zip(code, trees, strict=True)
        for label in source.root_labels()
    )
    return replace(live.scope, roots=roots, states=request.states, plans=request.plans)
