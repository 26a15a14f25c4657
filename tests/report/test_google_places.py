"""What is read on Google Cloud is said to be there."""

from __future__ import annotations

from iac_offboard.report.grouped import named
from tests.verify import google


def test_a_live_place_names_its_cloud() -> None:
    (row,) = named([google.grant()])
    assert row.places == ("gcp acme-prod (cloudresourcemanager.projects.getIamPolicy)",)
