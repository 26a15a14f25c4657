"""One golden case: a small repository, a roster, and what the tool makes of both.

``tests/golden/CASE/``: ``before/`` the repository, ``leavers.yaml`` the roster, ``arguments``
(optional) more options of the command line, ``after/`` the repository with the patch applied,
``plan.expected.json`` an extract of the plan that a reviewer can read.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iac_offboard.cli import main

GOLDEN = Path(__file__).parents[1] / "golden"
NOBODY = """\
version: 1
subjects:
  - id: nobody
    kind: person
    left_at: 2026-03-01T17:00:00Z
    aliases: [zebulon@example.net, zebulon, "arn:aws:iam::999999999999:user/zebulon"]
"""


def cases() -> list[str]:
    return sorted(p.parent.name for p in GOLDEN.glob("*/leavers.yaml"))


@dataclass(frozen=True, slots=True)
class Case:
    """A copy of one case to work in: ``repo`` is what is scanned."""

    name: str
    work: Path

    @classmethod
    def copy(cls, name: str, work: Path) -> Case:
        shutil.copytree(GOLDEN / name / "before", work / "repo")
        shutil.copy(GOLDEN / name / "leavers.yaml", work)
        (work / "nobody.yaml").write_text(NOBODY, encoding="utf-8")
        return cls(name, work)

    @property
    def source(self) -> Path:
        return GOLDEN / self.name

    @property
    def arguments(self) -> list[str]:
        more = self.source / "arguments"
        return more.read_text(encoding="utf-8").split() if more.exists() else []

    def run(self, verb: str, *options: str, roster: str = "leavers.yaml") -> tuple[int, str]:
        """Exit code and everything said. The working directory is the case's."""
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            code = main(
                [verb, "--subjects", roster, "--terraform", "repo", *self.arguments, *options]
            )
        return code, out.getvalue()

    def plan(self, out: str, roster: str = "leavers.yaml") -> tuple[int, Any]:
        """Exit code and plan.json."""
        code, said = self.run("plan", "--out", out, roster=roster)
        path = self.work / out / "plan.json"
        assert path.exists(), said
        return code, json.loads(path.read_bytes())

    def apply(self, plan: Any) -> None:
        """Every patch of the plan, by the very command that the plan records."""
        for patch in plan["patches"]:
            done = subprocess.run(
                patch["apply_command"],
                shell=True,
                cwd=patch["apply_in"],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr


def tree(directory: Path) -> dict[str, bytes]:
    """Path -> bytes of every file below a directory."""
    return {
        p.relative_to(directory).as_posix(): p.read_bytes()
        for p in sorted(directory.rglob("*"))
        if p.is_file()
    }


def extract(scan_exit: int, plan_exit: int, plan: Any) -> dict[str, Any]:
    """What a reviewer wants to see of a plan, without ids, times and digests."""
    written = [line for m in plan["manual"] if m["code"] for line in m["code"].splitlines()]
    texts = [line for h in plan["holds"] for line in h["written"].splitlines()]
    forgotten = [line for line in texts if line and not line.startswith("#")]
    referring = [_dependant(d) for d in plan["dependants"]]
    if referring:
        referring.append(f"order: {', '.join(plan['order'])}")
    return {
        "exit": {"scan": scan_exit, "plan": plan_exit},
        "can_apply": plan["can_apply"],
        "findings": sorted({_finding(f) for f in plan["findings"]}),
        "actions": [f"{a['phase']} {a['verb']} {a['target']['name']}" for a in plan["actions"]],
        "changed": sorted(c["file"] for p in plan["patches"] for c in p["changes"]),
        "aligned": {
            c["file"]: c["alignment"]
            for p in plan["patches"]
            for c in p["changes"]
            if c["alignment"]
        },
        "manual": [f"{m['where']}: {m['reason']}" for m in plan["manual"]],
        **({"code": written} if written else {}),
        "holds": [f"{h['code']} {h['where']}: {h['release']}" for h in plan["holds"]],
        **({"forgotten": forgotten} if forgotten else {}),
        "side_effects": plan["side_effects"],
        **({"dependants": referring} if referring else {}),
        "skipped": [f"{s['where']}: {s['reason']}: {s['detail']}" for s in plan["skipped"]],
        "notes": [f"{n['kind']} {n['where']}" for n in plan["notes"]],
    }


def _dependant(one: Any) -> str:
    place = f" ({one['place']})" if one["place"] else ""
    return f"{one['turn']}: {one['root']} {one['address']}{place}: {one['kind']} of {one['to']}"


def _finding(finding: Any) -> str:
    binding = finding["binding"]
    target = binding["target"]
    places = sorted(
        f"{o['origin']['root']} {o['origin']['address']}" for o in finding["observations"]
    )
    what = f"{binding['relation']}: {target['kind']} {target['name']}".strip()
    return f"{what} ({finding['strength']}) in {', '.join(places)}"


def regenerate(case: Case, found: dict[str, Any]) -> None:
    """Writes down what came out; the diff is for a person to judge."""
    shutil.rmtree(case.source / "after", ignore_errors=True)
    shutil.copytree(case.work / "repo", case.source / "after")
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    (case.source / "plan.expected.json").write_text(text, encoding="utf-8")
