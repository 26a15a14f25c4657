"""Our deny on a role: it takes the place of nobody's, and nobody's goes in its place."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from iac_offboard.catalog.policy import document_digest
from iac_offboard.interface import LookState
from tests.apply.aws import Aws, document
from tests.apply.scenes_roles import INLINE, ROLES

_EVERYTHING: dict[str, object] = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def _deny(*values: str, key: str = "aws:userid", operator: str = "StringEquals") -> str:
    return document({**_EVERYTHING, "Condition": {operator: {key: list(values)}}})


@pytest.mark.parametrize(
    ("standing", "planned", "state"),
    [
        (_deny("A:alice"), _deny("A:alice"), LookState.ABSENT),
        (_deny("A:alice"), _deny("A:alice", "A:al"), LookState.PRESENT),
        (_deny("A:alice"), document(_EVERYTHING), LookState.PRESENT),
        (_deny("A:alice", "A:bob"), _deny("A:alice"), LookState.REPLACED),
        (_deny("A:bob"), _deny("A:alice"), LookState.REPLACED),
        (_deny("alice", key="aws:SourceIdentity"), _deny("A:alice"), LookState.REPLACED),
        (_deny("1", key="aws:TokenIssueTime"), document(_EVERYTHING), LookState.REPLACED),
        (document(_EVERYTHING), _deny("A:alice"), LookState.REPLACED),
        (
            document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}),
            document(_EVERYTHING),
            LookState.REPLACED,
        ),
    ],
)
def test_what_may_take_the_place_of_what_stands(
    aws: Aws, standing: str, planned: str, state: LookState
) -> None:
    scene = ROLES["iam:PutRolePolicy"](aws)
    params = tuple((dict(scene.action.params) | {"document": planned}).items())
    aws.iam.put_role_policy(**INLINE, PolicyDocument=standing)
    look = aws.executor.look(replace(scene.action, params=params))
    assert look.state is state
    if state is LookState.REPLACED:
        assert "the inline policy own of the role deploy" in look.detail


def test_only_the_planned_deny_is_taken_off(aws: Aws) -> None:
    scene = ROLES["iam:DeleteRolePolicy"](aws)
    ours = _deny("A:alice")
    digest = document_digest(json.loads(ours))
    lift = replace(scene.action, params=(*scene.action.params, ("digest", digest)))
    aws.iam.put_role_policy(**INLINE, PolicyDocument=_deny("A:bob"))
    assert aws.executor.look(lift).state is LookState.REPLACED
    aws.iam.put_role_policy(**INLINE, PolicyDocument=json.dumps(json.loads(ours), indent=3))
    assert aws.executor.look(lift).state is LookState.PRESENT
