"""Every golden edit: bytes outside the spans stay, and real Terraform accepts what is left."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.toolchain import find_toolchain
from iac_offboard.hcl.files import DiskFiles
from iac_offboard.hcl.repository import load
from iac_offboard.hcl.syntax import parse
from tests.hcl.golden import GOLDEN, cases, tree

_EMPTY = re.compile(rb" ?(\[\]|\{\})$", re.MULTILINE)
_TYPE = re.compile(r'^\s*(?:resource|data|ephemeral)\s+"([a-z0-9]+)_', re.MULTILINE)
_SOURCE = re.compile(r'^\s*source\s*=\s*"([^"]+)"', re.MULTILINE)
_APART = re.compile(
    r"^\s*(?:backend|cloud|provider|required_providers|check|import)\b", re.MULTILINE
)


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


def _plain_roots(name: str, side: str) -> list[str]:
    """Roots of a case that holds AWS only and whose roots can be called as modules."""
    top = GOLDEN / name / side
    files = {p: data.decode("utf-8", "replace") for p, data in tree(top).items()}
    texts = [text for path, text in files.items() if path.endswith((".tf", ".tofu"))]
    providers = {p for text in texts for p in _TYPE.findall(text)}
    sources = [s for text in texts for s in _SOURCE.findall(text)]
    plain = (
        providers <= {"aws", "terraform"}
        and all(s.startswith(("./", "../")) for s in sources)
        and not any(_APART.search(text) for text in texts)
        and not any(path.endswith((".tofu", ".tf.json", ".hcl")) for path in files)
    )
    return [root.path for root in load(DiskFiles(top)).roots] if plain else []


_PROBE = 'resource "aws_iam_user" "x" {\n  nme = aws_iam_user.nobody.name\n}\n'


def _arguments(root: Path) -> str:
    """What a caller has to give to a module."""
    bodies = [parse(file.read_bytes(), file.name) for file in sorted(root.glob("*.tf"))]
    needed = [
        block.labels[0]
        for body in bodies
        for block in body.blocks_of("variable")
        if block.body.attribute("default") is None
    ]
    return "".join([f"  {name} = var.any\n" for name in dict.fromkeys(needed)])


def _faults(run: TerraformRun, top: Path, side: str, roots: list[tuple[str, str]]) -> set[str]:
    """What ``terraform validate`` says is wrong in the files of the cases, all in one run."""
    for name in {name for name, _ in roots}:
        shutil.copytree(
            GOLDEN / name / side, top / name, ignore=shutil.ignore_patterns(".terraform")
        )
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
    run.get()
    _, out, _ = run.run("validate", "-json", "-no-color")
    said = json.loads(out)["diagnostics"]
    return {
        f"{d['range']['filename']}: {d['summary']}"
        for d in said
        if d["severity"] == "error" and d.get("range", {}).get("filename") != "main.tf"
    }


@pytest.mark.real
@pytest.mark.terraform
def test_what_terraform_accepted_it_still_accepts(tmp_path: Path) -> None:
    """Of plans that may be applied; what a hold lists is not accepted until it is settled."""
    broken = ("broken-file", "encrypted-tfvars")
    free = [
        name
        for name in cases()
        if name not in broken
        and json.loads((GOLDEN / name / "plan.expected.json").read_text("utf-8"))["can_apply"]
    ]
    both = {
        (name, path)
        for name in free
        for path in set(_plain_roots(name, "before")) & set(_plain_roots(name, "after"))
    }
    assert len(both) > 25
    toolchain = find_toolchain()
    found = {}
    for side in ("before", "after"):
        top = tmp_path / side
        top.mkdir()
        found[side] = _faults(TerraformRun(toolchain, top, {}), top, side, sorted(both))
        assert any(fault.startswith("probe/") for fault in found[side]), "faults are seen"
    assert found["after"] <= found["before"]
