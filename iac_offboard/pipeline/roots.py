"""Root modules as a user names them on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from iac_offboard.errors import InputError
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


def var_file(spec: str) -> tuple[str, str]:
    """The ROOT and the FILE of a ``--var-file``. Raises InputError."""
    root, _, file = spec.partition("=")
    if not root or not file:
        raise InputError(
            f"--var-file {spec} is not ROOT=FILE.",
            hint="Name the root module first, e.g. --var-file envs/prod=envs/prod/x.tfvars.",
        )
    return root, file


def must_be_known(specs: Iterable[str], sources: Sequence[TerraformSource]) -> None:
    """A variable file for no root would be read by nobody, and what it says be missed. Raises
    InputError."""
    for spec in specs:
        root, _ = var_file(spec)
        if not any(label_of(root, source) for source in sources):
            raise InputError(
                f"--var-file {spec}: there is no root module {root}.", hint=known_roots(sources)
            )


def known_roots(sources: Iterable[TerraformSource]) -> str:
    """The next step after a root that is not there: the names that there are."""
    names = sorted({s.label(root.path) for s in sources for root in s.repository.roots})
    if not names:
        return "No root module was found below --terraform."
    return f"The root modules are: {', '.join(names)}."
