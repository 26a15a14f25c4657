"""One binding of Google Cloud in code, in state and live: one finding, for every kind of thing."""

from __future__ import annotations

import re

import pytest

from iac_offboard.catalog.extract import extract
from iac_offboard.catalog.google_resources import of
from iac_offboard.catalog.rows import Row, row, rows
from iac_offboard.correlate import Correlation, correlate
from iac_offboard.model import (
    Binding,
    Collected,
    Observation,
    Principal,
    PrincipalKind,
    Relation,
    Target,
)
from iac_offboard.subjects import Matcher
from tests.correlate.builders import code, leaver, live, state

MEMBERS = sorted(n for n, r in rows().items() if n.endswith("_iam_member") and r.paths)
ALICE = leaver("alice@example.com")
WHO = Principal(provider="gcp", kind=PrincipalKind.GCP_USER, value="alice@example.com")
ROLE = "roles/viewer"
_VALUES = {"project": "acme-prod", "parent": "projects/acme-prod", "org_id": "123"}
_PART = re.compile(r"\{([^}=]+)(?:=\*\*)?\}")
EMAIL = "ci@acme-prod.iam.gserviceaccount.com"


def read(type_: str, **attrs: str) -> Binding:
    known = row(type_)
    assert known is not None
    given = {"member": "user:alice@example.com", "role": ROLE, **attrs}
    (found,) = {e.binding for e in extract(known, given) if e.binding and e.entry.path == "member"}
    return found


def at(full: str, role: str = ROLE, account: str = "acme-prod", name: str = "") -> Observation:
    """As the live reader says it."""
    thing = of(full)
    where = Target(
        provider="gcp",
        kind=thing.kind,
        name=name or thing.name,
        account=thing.account or account,
        arn=full,
    )
    return live(Binding(principal=WHO, relation=Relation.GRANT, target=where, detail=role))


def joined(*observations: Observation) -> Correlation:
    collected = (Collected(observations=observations),)
    return correlate((ALICE,), Matcher((ALICE,)), collected, live_asked=True)


def spelled(known: Row) -> tuple[str, dict[str, str], dict[str, str]]:
    """(full name, attributes as code writes them, as the provider stores them)."""
    spec = known.paths[0].target
    parts = {name: _VALUES.get(name, f"x{i}") for i, name in enumerate(_PART.findall(spec.full))}
    full = _PART.sub(lambda m: parts[m[1]], spec.full)
    segments = zip(spec.full.split("/")[3:], full.split("/")[3:], strict=True)
    last = list(parts)[-1]
    relative = ""
    for template, text in () if "{parent}" in spec.full or "=**" in spec.full else segments:
        relative += f"/{text}"
        if f"{{{last}}}" in template:
            return full, parts, {**parts, last: relative[1:]}
    return full, parts, parts


@pytest.mark.parametrize("type_", [t for t in MEMBERS if "service_account" not in t])
def test_code_state_and_live_are_one_finding(type_: str) -> None:
    known = rows()[type_]
    full, short, stored = spelled(known)
    found = joined(
        code(f"{type_}.code", read(type_, **short), root="a"),
        state(f"{type_}.state", read(type_, **stored), root="b"),
        at(full),
    )
    (one,) = found.findings
    assert len(one.observations) == 3
    assert {o.binding.target.kind for o in one.observations} == {known.paths[0].target.kind}
    assert {o.binding.target.name for o in one.observations} == {of(full).name}


@pytest.mark.parametrize("spelled_", [EMAIL, f"projects/acme-prod/serviceAccounts/{EMAIL}"])
def test_a_service_account_is_one_thing_by_e_mail_and_by_unique_id(spelled_: str) -> None:
    member = "google_service_account_iam_member"
    full = "//iam.googleapis.com/projects/acme-prod/serviceAccounts/112233445566778899001"
    found = joined(
        code(f"{member}.a", read(member, service_account_id=spelled_)),
        at(full, name="ci"),
    )
    (one,) = found.findings
    assert len(one.observations) == 2


def test_two_services_of_one_name_in_two_places_are_two() -> None:
    service = "//run.googleapis.com/projects/acme-prod/locations/{}/services/api"
    type_ = "google_cloud_run_v2_service_iam_member"
    found = joined(
        code(f"{type_}.a", read(type_, name="api", location="eu", project="acme-prod")),
        at(service.format("eu")),
        at(service.format("us")),
    )
    assert sorted(len(f.observations) for f in found.findings) == [1, 2]


@pytest.mark.parametrize(("places", "joins"), [(["eu"], 1), (["eu", "us"], 0)])
def test_code_that_does_not_say_the_place_joins_the_only_one(places: list[str], joins: int) -> None:
    service = "//run.googleapis.com/projects/acme-prod/locations/{}/services/api"
    type_ = "google_cloud_run_v2_service_iam_member"
    found = joined(
        code(f"{type_}.a", read(type_, name="api", project="acme-prod")),
        *(at(service.format(place)) for place in places),
    )
    assert sum(len(f.observations) == 2 for f in found.findings) == joins
    assert bool(found.notes) is not bool(joins)


def test_code_without_a_project_joins_the_only_thing_of_its_name_with_its_role() -> None:
    topic = "//pubsub.googleapis.com/projects/acme-prod/topics/orders"
    type_ = "google_pubsub_topic_iam_member"
    found = joined(code(f"{type_}.a", read(type_, topic="orders")), at(topic))
    assert [len(f.observations) for f in found.findings] == [2]
    other = joined(
        code(f"{type_}.a", read(type_, topic="orders")), at(topic, role="roles/pubsub.editor")
    )
    assert [len(f.observations) for f in other.findings] == [1, 1]


def test_code_of_another_project_does_not_join() -> None:
    type_ = "google_cloud_run_v2_service_iam_member"
    found = joined(
        code(f"{type_}.a", read(type_, name="api", project="other")),
        at("//run.googleapis.com/projects/acme-prod/locations/eu/services/api"),
    )
    assert [len(f.observations) for f in found.findings] == [1, 1]
