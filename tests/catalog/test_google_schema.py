"""Every path of every row of Google's exists in the provider; every type of its IAM has a row."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from iac_offboard.catalog.google_resources import attributes
from iac_offboard.catalog.paths import steps
from iac_offboard.catalog.rows import Row, rows
from iac_offboard.demo.toolchain import find_toolchain
from iac_offboard.errors import ToolError
from tests.catalog.extract_schema import GOOGLE, dumps, extract, paths_of, rows_of

EXTRACT: dict[str, dict[str, str]] = json.loads(GOOGLE.read_text(encoding="utf-8"))
AGAIN = "python -m tests.catalog.extract_schema google"
ROWS = rows_of("gcp")
KNOWN = [r for r in ROWS if r.type in EXTRACT]
# In google-beta alone, or in older versions of the provider.
BETA = (
    "google_api_gateway_",
    "google_biglake_hive_",
    "google_compute_backend_",
    "google_compute_machine_image_iam",
    "google_compute_region_backend_",
    "google_folder_service_identity",
    "google_gke_hub_membership_rbac_role_binding",
    "google_iap_client",
    "google_organization_service_identity",
    "google_project_service_identity",
    "google_runtimeconfig_config_iam",
    "google_vertex_ai_",
)
# Read out of longer spellings, never an attribute of their own: catalog/google_resources.py.
INNER = frozenset({"key", "key_ring", "dataset", "namespace", "taxonomy", "location", "region"})


def _kind(row: Row, path: str) -> str | None:
    inner = path.partition("$")[0]
    plain = "".join(s if s == "[*]" else f".{s}" for s in steps(inner)).removeprefix(".")
    known = EXTRACT[row.type]
    # One attribute of a map of strings.
    of_map = plain.rpartition(".")[0]
    return known.get(plain) or ("string" if known.get(of_map, "").endswith("map") else None)


def _parts(row: Row) -> Iterator[str]:
    specs = [p.target for p in row.paths]
    for spec in (*specs, *((row.target,) if row.target else ())):
        yield from attributes(spec.full)


@pytest.mark.parametrize("row", KNOWN, ids=[r.type for r in KNOWN])
def test_every_path_is_one_of_the_provider(row: Row) -> None:
    inner = INNER & set(_parts(row))
    unknown = {path for path in paths_of(row) if _kind(row, path) is None}
    assert unknown - inner - {"member_key[*].id"} == set(), f"make the extract again: {AGAIN}"


@pytest.mark.parametrize("row", KNOWN, ids=[r.type for r in KNOWN])
def test_an_identity_stands_in_a_text_that_somebody_can_set(row: Row) -> None:
    for entry in row.paths:
        kind = _kind(row, entry.path)
        if kind is not None:  # member_key of older providers
            assert kind.rpartition(" ")[2] == "string", entry.path
            assert not kind.startswith("computed "), entry.path


@pytest.mark.parametrize("row", KNOWN, ids=[r.type for r in KNOWN])
def test_the_last_part_of_a_full_name_is_an_attribute(row: Row) -> None:
    for entry in row.paths:
        parts = attributes(entry.target.full)
        if parts and parts[-1] != "key":
            assert _kind(row, parts[-1]) is not None, entry.target.full


def test_what_the_extract_lacks_is_of_beta_alone() -> None:
    lacking = {r.type for r in ROWS} - set(EXTRACT)
    assert {t for t in lacking if not t.startswith(BETA)} == set()
    assert set(EXTRACT) <= set(rows())
    assert GOOGLE.stat().st_size < 300_000


@pytest.mark.real
def test_the_extract_is_what_the_provider_says() -> None:
    try:
        toolchain = find_toolchain(provider="google")
    except ToolError as error:
        pytest.skip(f"{error.message} {error.hint}")
    assert dumps(extract(toolchain)) == GOOGLE.read_text(encoding="utf-8")
