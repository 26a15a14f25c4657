"""Root modules as a user names them on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from iac_offboard.sources.terraform import TerraformSource


def label_of(name: str, source: TerraformSource) -> str:
    """The label of the root module of ``source`` that is called ``name``, else "".

    A name is the path from where the user stands, or from the top of the directory that was
    given with --terraform; of several variants of a root it is the first, unless the name is a
    whole label.
    """
    if name in source.labels():
        return name
    top = Path(source.directory).resolve()
    roots = sorted(source.repository.roots, key=lambda r: r.variant, reverse=True)
    labels = {(top / r.path).resolve(): source.label(r.path, r.variant) for r in roots}
    for place in (Path(name), top / name):
        found = labels.get(place.resolve())
        if found is not None:
            return found
    return ""


def known_roots(sources: Iterable[TerraformSource]) -> str:
    """The next step after a root that is not there: the names that there are."""
    names = sorted({s.label(root.path) for s in sources for root in s.repository.roots})
    if not names:
        return "No root module was found below --terraform."
    return f"The root modules are: {', '.join(names)}."
