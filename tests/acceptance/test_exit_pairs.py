"""Two things at once: verify's exit code for every pair of what can be the matter."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date

import pytest

from tests.acceptance.crowded import trust
from tests.acceptance.desk import ALICE, ONE_ACCOUNT, Desk

NOBODY = 'output "nobody" {\n  value = "here"\n}\n'
CODES = {
    "nothing": 0,
    "she still stands": 1,
    "a session may be open": 1,
    "code brings her back": 1,
    "something live was not read": 3,
    "code was not read": 3,
    "something is waived": 0,
    "a waiver has ended": 3,
    "what was seen was altered": 2,
}
# There is one provider and one waiver: it cannot both stand and have ended.
NEVER = {"something is waived", "a waiver has ended"}
PAIRS = tuple(p for p in itertools.combinations(CODES, 2) if set(p) != NEVER)


def _expected(pair: tuple[str, str]) -> int:
    codes = {CODES[name] for name in pair}
    return next(code for code in (2, 1, 3, 0) if code in codes)


def _named(desk: Desk) -> None:
    desk.write("infra/again.tf", 'resource "aws_iam_user" "again" {\n  name = "alice"\n}\n')


def _broken(desk: Desk) -> None:
    desk.write("infra/broken.tf", 'resource "aws_iam_user" {')


def _unread(desk: Desk) -> None:
    desk.app.injection.deny("iam:ListOpenIDConnectProviders")


def _provider(desk: Desk, until: date) -> None:
    """An identity provider that nobody reads, and somebody answers for."""
    arn = desk.aws().create_saml_provider(
        Name="Okta", SAMLMetadataDocument="<m>" + "x" * 1024 + "</m>"
    )["SAMLProviderArn"]
    desk.write(
        "waivers.yaml",
        "version: 1\nwaivers:\n"
        f"  - {{scope: '{arn}', reason: read by hand, by: ops@example.com, until: {until}}}\n",
    )


def _altered(desk: Desk) -> None:
    seen = desk.case / "sightings.jsonl"
    seen.write_bytes(b'{"seen": "nobody"}\n' + (seen.read_bytes() if seen.exists() else b""))


LATER: dict[str, Callable[[Desk], None]] = {
    "code brings her back": _named,
    "code was not read": _broken,
    "something live was not read": _unread,
    "something is waived": lambda desk: _provider(desk, date(2099, 12, 31)),
    "a waiver has ended": lambda desk: _provider(desk, date(2001, 1, 1)),
    "what was seen was altered": _altered,
}


@pytest.mark.parametrize("pair", PAIRS, ids=" and ".join)
def test_of_two_things_at_once_2_wins_over_1_and_1_over_3_and_3_over_0(
    desk: Desk, pair: tuple[str, str]
) -> None:
    desk.user()
    if "a session may be open" in pair:
        desk.aws().create_role(RoleName="deploy", AssumeRolePolicyDocument=trust(ALICE))
    desk.write("infra/main.tf", NOBODY)
    desk.planned("--terraform", "infra", *ONE_ACCOUNT)
    if "she still stands" not in pair:
        applied = desk.apply()
        assert applied.code == 0, applied.out + applied.err
    for name in pair:
        if name in LATER:
            LATER[name](desk)
    waivers = ("--waivers", "waivers.yaml") if (desk.here / "waivers.yaml").exists() else ()
    ended = desk.verify(*waivers)
    assert ended.code == _expected(pair), ended.out + ended.err
