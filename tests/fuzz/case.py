"""One seed: a golden case with some of its files damaged, run through the command line."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import tree_sitter_hcl
import yaml
from tree_sitter import Language, Parser

from iac_offboard.cli import main
from iac_offboard.hcl.faults import MAX_DEPTH
from iac_offboard.hcl.files import MAX_FILE_SIZE
from iac_offboard.hcl.parsing import TooBroken, parsed
from tests.fuzz.mutate import MUTATIONS, RARE
from tests.hcl.golden import GOLDEN, cases

EVERY_RARE = 100
EVERY_PLAN = 4
_HCL = (".tf", ".tofu", ".tfvars", ".hcl")


@dataclass(slots=True)
class _Opened:
    """The paths that this process opens, told by the interpreter itself; one hook, for ever."""

    paths: set[str] = field(default_factory=set)

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if event == "open" and isinstance(args[0], str | Path):
            self.paths.add(str(args[0]))


_opened = _Opened()
sys.addaudithook(_opened)


@dataclass(frozen=True, slots=True)
class Damaged:
    """``files``: path -> what it holds instead; ``kinds`` are the mutations, to be read."""

    case: str
    files: dict[str, bytes]
    kinds: tuple[str, ...]


def damaged(seed: int) -> Damaged:
    """What the seed does. Every mutation has its turn, whatever the case is."""
    rng = Random(seed)
    name = rng.choice(cases())
    before = GOLDEN / name / "before"
    paths = sorted(p.relative_to(before).as_posix() for p in before.rglob("*") if p.is_file())
    chosen = rng.sample(paths, min(len(paths), rng.choice((1, 1, 1, 2, 3))))
    files, kinds = {}, []
    for i, path in enumerate(chosen):
        data = (before / path).read_bytes()
        applied = [MUTATIONS[seed % len(MUTATIONS)]] if i == 0 else []
        applied += rng.choices(MUTATIONS, k=rng.choice((0, 0, 1, 2) if applied else (1, 2)))
        if i == 0 and seed % EVERY_RARE == 0:
            applied = [RARE]
        for mutation in applied:
            data = mutation(data, rng)
        files[path] = data
        kinds += [f"{path}: {mutation.__name__}" for mutation in applied]
    return Damaged(name, files, tuple(kinds))


@cache
def _read_undamaged(name: str, work: Path) -> frozenset[str]:
    """The files of a case that the tool opens when nothing is wrong."""
    with _copied(name, work) as repo:
        _opened.paths.clear()
        _run(repo, "scan", name)
        top = str(repo)
        found = {p for p in _opened.paths if p.startswith(top + "/")}
    return frozenset(Path(p).relative_to(top).as_posix() for p in found)


@contextmanager
def _copied(name: str, work: Path) -> Iterator[Path]:
    repo = work / "repo"
    shutil.rmtree(repo, ignore_errors=True)  # of a child that was killed
    shutil.copytree(GOLDEN / name / "before", repo)
    yield repo
    shutil.rmtree(repo)


@dataclass(frozen=True, slots=True)
class Expected:
    """``unread``: a file that the tool has to say it could not read, and why; "" for none."""

    what: Damaged
    unread: str
    why: str


def expected(seed: int, work: Path) -> Expected:
    """What is known before the tool sees the damage."""
    what = damaged(seed)
    path, *more = what.files
    # Another damaged file may be what would have led to this one.
    if more or path not in _read_undamaged(what.case, work):
        return Expected(what, "", "")
    why = unreadable(path, what.files[path])
    return Expected(what, path if why else "", why)


def run(seed: int, given: Expected, work: Path) -> list[str]:
    """What is wrong with how the tool took the seed; [] when nothing is. What crashes, raises."""
    what = given.what
    with _copied(what.case, work) as repo:
        for path, data in what.files.items():
            (repo / path).write_bytes(data)
        verb = "plan" if seed % EVERY_PLAN == 0 else "scan"
        code, words, result = _run(repo, verb, what.case)
    if result is None or code not in (0, 1, 3):
        return [f"{verb} ended with {code}: {words[-2000:]}"]
    skipped = result["skipped"]
    faults = [
        f"skipped without a reason: {s}" for s in skipped if not s["reason"] or not s["detail"]
    ]
    if skipped and code == 0:
        faults.append(f"{verb} said 0 although {len(skipped)} things were not read")
    path, told = given.unread, [s["where"] for s in skipped]
    # What a data file says is looked for where it is used, and said there.
    said = told if _is_data(path) else [where for where in told if path in where]
    if path and not said:
        faults.append(f"{path} is {given.why}, and nothing says so; said were {told}")
    return faults


def _run(repo: Path, verb: str, name: str) -> tuple[int, str, Any]:
    """Exit code, everything said, and the result; None when there is none."""
    out, err = io.StringIO(), io.StringIO()
    given = GOLDEN / name / "arguments"
    arguments = (
        given.read_text(encoding="utf-8").replace("repo", str(repo)).split()
        if given.exists()
        else []
    )
    case = repo.parent / "case"
    arguments += ["--format", "json"]
    arguments += ["--out", str(case)] if verb == "plan" else []
    with redirect_stdout(out), redirect_stderr(err):
        roster = str(GOLDEN / name / "leavers.yaml")
        code = main([verb, "--subjects", roster, "--terraform", str(repo), *arguments])
    said = err.getvalue()
    if verb == "plan":
        path = case / "plan.json"
        result = json.loads(path.read_bytes()) if path.exists() else None
        shutil.rmtree(case, ignore_errors=True)
        return code, said, result
    return code, said, json.loads(out.getvalue()) if out.getvalue() else None


def _is_state(path: str) -> bool:
    """States have a limit of their own."""
    return "tfstate" in path


def _is_data(path: str) -> bool:
    return not path.endswith((*_HCL, ".tf.json", ".tofu.json", ".tfvars.json", "modules.json"))


def unreadable(path: str, data: bytes) -> str:
    """Why nobody can read these bytes as what the name says they are; "" when one could.

    Told by parsers that are not ours: the grammar of tree-sitter, json and PyYAML.
    """
    if not data:
        return ""  # says nothing, and names nobody
    if len(data) > MAX_FILE_SIZE and not _is_state(path):
        return "too large"
    if data.startswith(b"\x00GITCRYPT"):
        return "encrypted"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "not UTF-8"
    if "\x00" in text:
        return "binary"
    try:
        if path.endswith(_HCL):
            return "no HCL" if _broken_hcl(data) else ""
        if path.endswith(".json"):
            return "too deep" if _deep(json.loads(text.removeprefix("\ufeff"))) else ""
        if path.endswith((".yaml", ".yml")):
            yaml.compose(text, Loader=yaml.CSafeLoader)
    except RecursionError:
        return "too deep"
    except (ValueError, yaml.YAMLError) as error:
        return f"broken ({error})"
    return ""


def _deep(value: object) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [v for x in level if isinstance(x, list) for v in x] + [
            v for x in level if isinstance(x, dict) for v in x.values()
        ]
    return bool(level)


def _broken_hcl(data: bytes) -> bool:
    parser = Parser(Language(tree_sitter_hcl.language()))
    # The grammar takes no exponents, which HCL has; here it is only asked for all the rest.
    plain = re.sub(rb"(?<![\w.])\d+(\.\d+)?[eE][-+]?\d+", b"1", data)
    try:
        return parsed(parser, plain.removeprefix(b"\xef\xbb\xbf") + b"\n").has_error
    except TooBroken:
        return True
