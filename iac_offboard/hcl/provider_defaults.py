"""What a provider's configuration says for resources that do not say it themselves.

``provider "google" { project = "p" }``: every resource of that provider without a ``project`` is
in it ("Google Provider Configuration Reference"). Which configuration a module's resources use:
"Providers Within Modules", Terraform documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from iac_offboard.hcl import ast
from iac_offboard.hcl.declarations import literal, spelled
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.scope import Scope
from iac_offboard.hcl.values import Entry, LateEntry, Piece, Str

# By what the names of its types begin with: the attributes that its configuration defaults.
_DEFAULTS: Mapping[str, tuple[str, ...]] = {"google": ("project", "region", "zone")}


def defaults(module: Scope, type_: str, block: ast.Block) -> tuple[Entry, ...]:
    """An entry for each attribute that the block leaves to its provider's configuration."""
    prefix = type_.partition("_")[0]
    if prefix not in _DEFAULTS:
        return ()
    chosen = block.body.attribute("provider")
    given = _configuration(module, spelled(chosen.expr) if chosen is not None else prefix)
    if given is None:
        return ()
    where, configured = given
    return tuple(
        LateEntry(Str((Piece(name),)), partial(evaluate, attribute.expr, where.env), tuple)
        for name in _DEFAULTS[prefix]
        if block.body.attribute(name) is None
        and (attribute := configured.body.attribute(name)) is not None
    )


def _configuration(module: Scope, name: str) -> tuple[Scope, ast.Block] | None:
    """The configuration of that name, and where it stands: here, or in the module that passes it
    on to this one."""
    here: Scope | None = module
    while here is not None:
        for block in here.configuration.providers:
            alias = literal(block, "alias")
            if name == ".".join((block.labels[0], alias) if alias else block.labels):
                return here, block
        if here.parent is None:
            return None
        call = here.parent.configuration.modules.get(here.dotted.rpartition(".")[2])
        passed = call.body.attribute("providers") if call is not None else None
        if passed is not None and isinstance(passed.expr, ast.Object):
            names = {spelled(item.key): spelled(item.value) for item in passed.expr.items}
            name = names.get(name, name)
        here = here.parent
    return None
