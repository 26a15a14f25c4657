"""The modules whose handlers are registered by being imported."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "account_verbs",
    "acl_verbs",
    "asset_verbs",
    "key_verbs",
    "project_verbs",
    "storage_verbs",
    "credential_verbs",
    "dataset_verbs",
    "deny_verbs",
    "identity_verbs",
    "membership_verbs",
    "pool_verbs",
    "role_verbs",
    "usage_verbs",
)


def load() -> None:
    for name in MODULES:
        import_module(f"iac_offboard.demo.google.{name}")
