"""How Terraform is made to forget a thing: taken out of the state, and left standing.

A ``removed`` block takes no instance keys, and it has to stand where the resource's block no longer
does ("Remove a resource from state", Terraform language; since 1.7). With a key, or before 1.7, it
is ``terraform state rm``. Neither removes anything live: whoever has access keeps it. The tool
never does either by itself, nor puts a block into a patch.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

import hcl2

STANDS = (
    "Forgetting is not removing: it goes on to stand, and whoever has access by it keeps that "
    "until it is removed live"
)
_TEXT = "${%s}"  # an expression, as python-hcl2 spells it


def has_keys(address: str) -> bool:
    """Does it name one of several instances, of the resource or of a module it is in?"""
    return "[" in address


def removed_block(address: str) -> str:
    """The block that makes Terraform forget all instances of a resource."""
    made = hcl2.Builder()
    block = made.block("removed")
    block.attributes["from"] = _TEXT % address
    block.block("lifecycle").attributes["destroy"] = False
    return _written(made)


def backend_block(type_: str, settings: Mapping[str, str]) -> str:
    """The block that makes a directory without any code keep its state there."""
    made = hcl2.Builder()
    backend = made.block("terraform").block("backend", [f'"{type_}"'])
    backend.attributes.update({name: f'"{value}"' for name, value in settings.items()})
    return _written(made)


def _written(made: hcl2.Builder) -> str:
    """As ``terraform fmt`` leaves it."""
    text: str = hcl2.dumps(made.build())  # type: ignore[no-untyped-call]
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def state_rm(addresses: Sequence[str], state: str = "") -> str:
    """The exact command; ``state`` is a file that no backend keeps."""
    named = [f"-state={shlex.quote(state)}"] if state else []
    quoted = [f"'{a}'" if "'" not in a else shlex.quote(a) for a in addresses]
    return " ".join(["terraform state rm", *named, *quoted])


def instead_of_destroying(root: str, address: str) -> str:
    """What to write, or to run, so that the apply of a patch that takes the resource out of the
    code leaves it standing."""
    if has_keys(address):
        return (
            f"# In {root}, once removal.patch is merged and before terraform apply\n"
            "# (a removed block takes no instance keys):\n"
            f"{state_rm([address])}\n"
            f"# {_lines(STANDS)}."
        )
    return (
        f"# In {root}, merged together with removal.patch; before Terraform 1.7, once that is\n"
        f"# merged and before terraform apply: {state_rm([address])}\n"
        f"# {_lines(STANDS)}.\n"
        f"{removed_block(address)}"
    )


def _lines(text: str) -> str:
    first, _, rest = text.partition(", and ")
    return f"{first},\n# and {rest}"
