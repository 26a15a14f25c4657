"""What the leaver and the others can do, asked with credentials of their own."""

from __future__ import annotations

from typing import TypeAlias

from iac_offboard.demo.google.tokens import Caller
from iac_offboard.demo.google_team.probing import granted, token_of_key
from tests.google_loop.situations import APP, BOB, RETIRED, principals
from tests.google_loop.staging import Stage

Answers: TypeAlias = dict[str, frozenset[str]]


def leaver(stage: Stage) -> Answers:
    """Place -> the permissions that the leaver has there."""
    return _answers(stage, _token(stage, gone=True))


def others(stage: Stage) -> Answers:
    """The same of somebody who stays: bob, or the other repository."""
    return _answers(stage, _token(stage, gone=False))


def _answers(stage: Stage, token: str) -> Answers:
    asked = stage.situation.asked
    return {p: granted(stage.server.url, token, p, asked[p]) for p in asked}


def _token(stage: Stage, *, gone: bool) -> str:
    tokens, world = stage.server.app.tokens, stage.server.world
    if stage.name == "repository":
        subject, whole = principals(world, RETIRED if gone else APP)
        return tokens.mint(Caller(member=subject, sets=(whole,))).text
    who = stage.situation.aliases[0] if gone else BOB
    if account := world.accounts.by_email.get(who):
        return tokens.of_account(account.email).text
    return tokens.of_user(who).text


def keys(stage: Stage) -> dict[str, bool]:
    """Each key of the accounts that people made keys of: does anybody get a token for it?"""
    return {key: bool(token_of_key(file)) for key, file in stage.key_files.items()}
