"""A tree of Terraform, read and evaluated root by root."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from iac_offboard.hcl.files import Files
from iac_offboard.hcl.resources import Repository
from iac_offboard.hcl.values import Map, Value

Computed: TypeAlias = Callable[[str, str, Map], Value | None]


def nothing_computed(_type: str, _attribute: str, _attrs: Map) -> Value | None:
    """The default for ``computed``: every attribute that is not written down is unknown."""
    return None


def load(
    files: Files,
    *,
    var_files: Mapping[str, Sequence[str]] | None = None,
    computed: Computed = nothing_computed,
) -> Repository:
    """Every root module under ``files``, evaluated. Never raises for what is in the tree.

    ``var_files`` maps a root's path to further tfvars files, in order, relative to the top.
    ``computed(type, attribute, attrs)`` supplies attributes that a provider computes; the type
    of a data source is spelled ``data.TYPE``.
    """
    raise NotImplementedError
