"""Two clouds in one scan: each joins its own, and neither takes anything for the other's."""

from __future__ import annotations

from iac_offboard.correlate import correlate
from iac_offboard.model import Collected, FindingStatus
from iac_offboard.subjects import Matcher
from tests.correlate.builders import bound, code, leaver, state, user_code, user_live, user_state
from tests.correlate.test_google_places import at, read

TOPIC = "//pubsub.googleapis.com/projects/acme-prod/topics/orders"
MEMBER = "google_pubsub_topic_iam_member"


def test_one_leaver_in_two_clouds_is_joined_in_each() -> None:
    who = leaver("alice@example.com", bound("alice", "111122223333"))
    short = read(MEMBER, topic="orders", project="acme-prod")
    stored = read(MEMBER, topic="projects/acme-prod/topics/orders")
    google = [code(f"{MEMBER}.a", short), state(f"{MEMBER}.a", stored), at(TOPIC)]
    aws = [user_code("alice"), user_state("alice"), user_live("alice")]
    for order in ([*google, *aws], [*aws, *google]):
        collected = (Collected(observations=tuple(order)),)
        found = correlate((who,), Matcher((who,)), collected, live_asked=True)
        seen = {f.binding.target.provider: f for f in found.findings}
        assert len(found.findings) == 2
        assert {len(f.observations) for f in found.findings} == {3}
        assert {f.status for f in found.findings} == {FindingStatus.MANAGED}
        assert seen["gcp"].binding.principal.value == "alice@example.com"
        assert found.skipped == ()


def test_a_name_of_aws_is_nobody_in_google_and_an_e_mail_is_no_namesake() -> None:
    who = leaver(bound("alice", "111122223333"))
    collected = (Collected(observations=(user_live("alice"), at(TOPIC))),)
    found = correlate((who,), Matcher((who,)), collected, live_asked=True)
    assert [f.binding.target.provider for f in found.findings] == ["aws"]
