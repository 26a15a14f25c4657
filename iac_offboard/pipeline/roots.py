"""Root modules as a user names them on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from iac_offboard.sources.terraform import TerraformSource


def label_of(name: str, source: TerraformSource) -> str:
    """The label of the root module of ``source`` that is called ``name``, else "".

    A name is the path from where the user stands, or from the top of the directory that was
    given with --terraform.
    """
    top = Path(source.directory).resolve()
    paths = {(top / root.path).resolve(): root.path for root in source.repository.roots}
    for place in (Path(name), top / name):
        found = paths.get(place.resolve())
        if found is not None:
            return source.label(found)
    return ""


def known_roots(sources: Iterable[TerraformSource]) -> str:
    """The next step after a root that is not there: the names that there are."""
    names = sorted(label for source in sources for label in source.labels())
    if not names:
        return "No root module was found below --terraform."
    return f"The root modules are: {', '.join(names)}."
