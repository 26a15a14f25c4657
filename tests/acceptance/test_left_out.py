"""What ``--service`` leaves out is said wherever the rest is."""

from __future__ import annotations

from tests.acceptance.desk import Desk


def _not_covered(desk: Desk, *services: str) -> list[str]:
    more = [part for one in services for part in ("--service", one)]
    ran = desk.scan("--live", "aws", *more, "--region", "us-east-1", "--format", "json")
    assert ran.code in (0, 1), ran.err
    said = [n["text"] for n in ran.json["notes"] if n["kind"] == "not covered"]
    return [text for text in said if "left out by --service" in text]


def test_a_look_without_iam_says_so(desk: Desk) -> None:
    desk.user()
    [said] = _not_covered(desk, "s3")
    assert said.startswith("iam, identitycenter, kms, ")
    assert "s3" not in said.partition(" (")[0].split(", ")
    assert not _not_covered(desk)
    ran = desk.scan("--live", "aws", "--service", "s3")
    assert ran.code == 0
    assert ran.said("iam, identitycenter")
