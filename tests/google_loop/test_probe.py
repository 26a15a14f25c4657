"""The old key of a leaver is tried by verify, before and after the removal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.google_loop.staging import Stage


def _files(team: Stage) -> dict[str, str]:
    found = {}
    for number, key in enumerate(sorted(team.hers)):
        path = team.work / f"old-{number}.json"
        path.write_text(json.dumps(team.key_files[key]), encoding="utf-8")
        found[key] = path.name
    return found


def _credentials(team: Stage, *files: str) -> dict[str, tuple[str, str, str]]:
    ran = team.verify(*(part for file in files for part in ("--probe", file)))
    assert ran.code == 1, ran.out + ran.err
    (one,) = ran.json["verdicts"]
    named = {f["id"]: f["binding"] for f in team.plan_json["findings"]}
    secrets = [json.loads(Path(team.work / f).read_bytes())["private_key"] for f in files]
    assert not any(secret.splitlines()[1] in ran.out + ran.err for secret in secrets)
    return {
        named[b["finding"]]["target"]["name"]: (b["access"], b["grade"], b["because"])
        for b in one["bindings"]
        if b["finding"] in named and named[b["finding"]]["relation"] == "credential"
    }


def test_a_key_is_accepted_before_and_refused_after(stage: Callable[[str], Stage]) -> None:
    team = stage("keys")
    files = _files(team)
    assert len(files) == 2
    assert team.plan().code == 0
    before = _credentials(team, *files.values())
    for access, grade, because in before.values():
        assert (access, grade) == ("alive", "probed")
        assert "the old credential is still accepted" in because
    assert team.approve().code == 0
    assert team.apply().code == 1
    for access, grade, because in _credentials(team, *files.values()).values():
        assert (access, grade) == ("alive", "observed")
        assert "inactive: whoever may administer it can switch it on again" in because
    team.merge()
    team.playback.apply(team.root)
    assert team.apply().code == 0
    assert team.verify().json["verdicts"][0]["access"] == "alive-until"
    team.clock.later(hours=25)
    ran = team.verify(*(part for file in files.values() for part in ("--probe", file)))
    (one,) = ran.json["verdicts"]
    assert (ran.code, one["access"]) == (0, "dead")
    assert "probed" in {b["grade"] for b in one["bindings"]}


def test_a_key_that_the_plan_does_not_know_is_no_probe(stage: Callable[[str], Stage]) -> None:
    team = stage("keys")
    assert team.plan().code == 0
    email = team.server.world.administrator.email
    key = team.server.world.key(email)
    team.server.write_key_file(team.work / "other.json", email, key.id)
    ran = team.verify("--probe", "other.json")
    assert ran.code == 2
    assert "The key in other.json is not one that the plan knows." in ran.err
