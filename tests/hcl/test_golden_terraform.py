"""Every golden edit: bytes outside the spans stay, and real Terraform accepts what is left."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.toolchain import Toolchain, find_toolchain
from iac_offboard.hcl.files import DiskFiles
from iac_offboard.hcl.json_syntax import parse_json_body
from iac_offboard.hcl.repository import load
from iac_offboard.hcl.syntax import parse
from tests.hcl.golden import GOLDEN, cases, tree

_EMPTY = re.compile(rb" ?(\[\]|\{\})$", re.MULTILINE)
_TYPE = re.compile(r'^\s*(?:resource|data|ephemeral)\s+"([a-z0-9]+)_', re.MULTILINE)
_SOURCE = re.compile(r'^\s*source\s*=\s*"([^"]+)"', re.MULTILINE)
# What only a root may hold.
_APART = re.compile(
    r"^\s*(?:backend|cloud|provider|required_providers|check|import)\b", re.MULTILINE
)
_ABSENT = [
    "azapi",
    "azuread",
    "azurerm",
    "github",
    "google",
    "kubectl",
    "kubernetes",
    "null",
    "okta",
    "template",
]


@pytest.mark.parametrize("name", cases())
def test_an_edit_only_takes_away(name: str) -> None:
    """What stays is there in its order, byte for byte, but for the spaces of the lines that the
    plan lists as aligned. YAML alone has to spell an empty list out."""
    before, after = (tree(GOLDEN / name / side) for side in ("before", "after"))
    assert set(after) <= set(before)
    expected = json.loads((GOLDEN / name / "plan.expected.json").read_text("utf-8"))
    changed, aligned = expected["changed"], expected["aligned"]
    for path, new in after.items():
        if path not in changed:
            assert new == before[path], path
            continue
        if path.endswith((".yaml", ".yml")):
            new = _EMPTY.sub(b"", new)
        assert _left_of(before[path], _squeezed(new, aligned.get(path, ()))), path
    assert {p for p in before if before[p] != after.get(p)} <= set(changed)


def _squeezed(text: bytes, lines: Sequence[int]) -> bytes:
    """Without the spaces of these lines, which count from 1."""
    kept = [
        line.replace(b" ", b"") if number in lines else line
        for number, line in enumerate(text.splitlines(keepends=True), 1)
    ]
    return b"".join(kept)


def _left_of(old: bytes, new: bytes) -> bool:
    rest = iter(old)
    return all(byte in rest for byte in new)


# --------------------------------------------------------------------------- terraform validate


@dataclass(frozen=True, slots=True)
class Validated:
    """How a case is put before Terraform: ``together`` with others, each directory called as a
    module, or its roots alone; or ``why_not``."""

    together: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    why_not: str = ""


def _validated(name: str) -> Validated:
    top = GOLDEN / name / "before"
    files = {p: data.decode("utf-8", "replace") for p, data in tree(top).items()}
    texts = [text for path, text in files.items() if path.endswith(".tf")]
    if name in ("broken-file", "encrypted-tfvars"):
        return Validated(why_not="Terraform refuses it before the edit, too")
    for provider in sorted({p for text in texts for p in _TYPE.findall(text)}):
        if provider not in ("aws", "terraform"):
            return Validated(why_not=f"the provider {provider} is not on this machine")
    downloaded = ".terraform/modules/modules.json" in files
    sources = [s for text in texts for s in _SOURCE.findall(text)]
    if not downloaded and not all(s.startswith(("./", "../")) for s in sources):
        return Validated(why_not="a module is not in the tree")
    if downloaded or any(_APART.search(text) for text in texts):
        return Validated(alone=tuple(root.path for root in load(DiskFiles(top)).roots))
    places = {posixpath.dirname(path) for path in files if path.endswith((".tf", ".tf.json"))}
    return Validated(together=tuple(sorted(p for p in places if "/." not in f"/{p}")))


_PROBE = 'resource "aws_iam_user" "x" {\n  nme = aws_iam_user.nobody.name\n}\n'


def _arguments(root: Path) -> str:
    """What a caller has to give to a module."""
    bodies = [parse(file.read_bytes(), file.name) for file in sorted(root.glob("*.tf"))]
    bodies += [
        parse_json_body(file.read_bytes(), file.name) for file in sorted(root.glob("*.tf.json"))
    ]
    needed = [
        block.labels[0]
        for body in bodies
        for block in body.blocks_of("variable")
        if block.body.attribute("default") is None
    ]
    return "".join([f"  {name} = var.any\n" for name in dict.fromkeys(needed)])


def _copied(top: Path, side: str, names: Iterable[str]) -> None:
    for name in names:
        shutil.copytree(GOLDEN / name / side, top / name)


def _said(run: TerraformRun) -> list[Any]:
    _, out, _ = run.run("validate", "-json", "-no-color")
    found: list[Any] = json.loads(out)["diagnostics"]
    return [d for d in found if d["severity"] == "error"]


def _faults(toolchain: Toolchain, top: Path, roots: list[tuple[str, str]]) -> set[str]:
    """What ``terraform validate`` says is wrong in the files of the cases, all in one run."""
    (top / "probe").mkdir()
    (top / "probe" / "main.tf").write_text(_PROBE, encoding="utf-8")
    places = [posixpath.normpath(posixpath.join(name, path)) for name, path in roots]
    calls = [
        f'module "m{i}" {{\n  source = "./{place}"\n{_arguments(top / place)}}}\n'
        for i, place in enumerate(["probe", *places])
    ]
    # in validate a variable of the root is unknown: it can be anything that is asked for
    text = "".join(['variable "any" {\n  type = any\n}\n', *calls])
    (top / "main.tf").write_text(text, encoding="utf-8")
    run = TerraformRun(toolchain, top, {})
    run.get()
    return {
        f"{d['range']['filename']}: {d['summary']}"
        for d in _said(run)
        if d.get("range", {}).get("filename") != "main.tf"
    }


def _faults_alone(toolchain: Toolchain, top: Path, name: str, root: str) -> set[str]:
    place = top / name / root
    run = TerraformRun(toolchain, place, {})
    if not (place / ".terraform" / "modules").exists():
        run.get()
    return {f"{name}/{d.get('range', {}).get('filename', '')}: {d['summary']}" for d in _said(run)}


def test_what_is_not_validated_is_named_with_the_reason() -> None:
    """Of every case, so that none is left out unseen; ``terraform fmt`` reads those, too."""
    how = {name: _validated(name) for name in cases()}
    assert all(bool(h.together or h.alone) != bool(h.why_not) for h in how.values())
    reasons = Counter(h.why_not for h in how.values() if h.why_not)
    known = {
        "Terraform refuses it before the edit, too",
        "a module is not in the tree",
        *(f"the provider {p} is not on this machine" for p in _ABSENT),
    }
    assert set(reasons) == known
    assert sum(reasons.values()) < len(how) / 3


@pytest.mark.real
@pytest.mark.terraform
def test_what_terraform_accepted_it_still_accepts(tmp_path: Path) -> None:
    """What is not accepted any more is what a hold of the plan lists, until it is settled."""
    how = {name: _validated(name) for name in cases()}
    together = sorted((name, path) for name, h in how.items() for path in h.together)
    alone = sorted((name, path) for name, h in how.items() for path in h.alone)
    assert len({name for name, _ in (*together, *alone)}) > 100
    toolchain = find_toolchain()
    found: dict[str, set[str]] = {}
    for side in ("before", "after"):
        top, apart = tmp_path / side, tmp_path / f"{side}-alone"
        _copied(top, side, {name for name, _ in together})
        _copied(apart, side, {name for name, _ in alone})
        found[side] = _faults(toolchain, top, together)
        assert any(fault.startswith("probe/") for fault in found[side]), "faults are seen"
        for name, path in alone:
            found[side] |= _faults_alone(toolchain, apart, name, path)
    new = {fault.partition("/")[0] for fault in found["after"] - found["before"]}
    assert "dangling-reference" in new, "what is refused now is seen"
    assert [name for name in sorted(new) if not _dangles(name)] == []


def _dangles(name: str) -> bool:
    """Does the plan of a case say that something does not stand without what goes?"""
    plan = json.loads((GOLDEN / name / "plan.expected.json").read_text("utf-8"))
    return not plan["can_apply"] and bool(plan["holds"])
