"""Patterns over repositories: they let somebody in whom they do not name."""

from __future__ import annotations

import pytest

from iac_offboard.model import (
    AliasKind,
    SubjectKind,
)
from iac_offboard.subjects import Matcher
from iac_offboard.subjects.aliases import typed
from tests.subjects.test_matching import leaver, sub


@pytest.mark.parametrize(
    ("text", "covers"),
    [
        ("repo:org/*", True),
        ("repo:org/repo*", True),
        ("repo:*", True),
        ("*", True),
        ("repo:o?g/repo:*", True),
        ("repo:org/repo:*", False),  # it is the repository: a match
        ("repo:org/repo-two:*", False),
        ("repo:org/other*", False),
        ("repo:organisation/*", False),
        ("job_workflow_ref:org/repo/.github/workflows/x.yml@*", True),
        ("job_workflow_ref:org/*", True),
        ("job_workflow_ref:org/repo-two/.github/workflows/x.yml@*", False),
        ("actor:org", False),
    ],
)
def test_a_pattern_over_many_repositories_covers_but_never_matches(text: str, covers: bool) -> None:
    matcher = Matcher([leaver("org/repo", kind=SubjectKind.REPOSITORY)])
    assert bool(matcher.covers(sub(text))) is covers
    if covers:
        assert matcher.match(sub(text)) == ()
        assert matcher.candidate(sub(text))


def test_a_pattern_over_gitlab_projects_covers_the_repository() -> None:
    matcher = Matcher([leaver("org/repo", kind=SubjectKind.REPOSITORY)])
    assert matcher.covers(sub("project_path:org/*:ref_type:branch:*", "gitlab.example.org"))
    assert matcher.covers(sub("project_path:org/rep*", "gitlab.com"))
    assert not matcher.covers(sub("project_path:org/repo:*", "gitlab.com"))
    assert not matcher.covers(sub("project_path:other/*", "gitlab.com"))


def test_what_names_one_subject_may_cover_another() -> None:
    person = leaver(typed(AliasKind.GITHUB_LOGIN, "org"), id_="p")
    repository = leaver("org/repo", kind=SubjectKind.REPOSITORY, id_="r")
    matcher = Matcher([person, repository])
    assert [m.subject.id for m in matcher.match(sub("repo:org/*"))] == ["p"]
    assert [s.id for s in matcher.covers(sub("repo:org/*"))] == ["r"]
