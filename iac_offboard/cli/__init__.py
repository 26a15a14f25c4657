"""The command line: one file per verb, and the one place where errors become text.

Verbs import what they run inside their functions, so that ``--help`` loads no parser, no SDK
and no table library.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol, runtime_checkable

import typer
from typer.main import get_command

from iac_offboard.cli import (
    apply,
    approve,
    catalog,
    demo,
    explain,
    guard,
    permissions,
    plan,
    prove,
    rollback,
    roster,
    scan,
    verify,
)
from iac_offboard.cli.exits import ERROR, INTERRUPTED
from iac_offboard.errors import OffboardError

app = typer.Typer(
    name="iac-offboard",
    help=(
        "Find every cloud identity binding of a leaver in code, state and live cloud, "
        "remove it as a reviewed change, and prove the access path dead."
    ),
    epilog=(
        "Exit codes: 0 done or nothing found; 1 found, waiting or alive; 2 error; "
        "3 incomplete (something could not be read)."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command("scan")(scan.scan)
app.command("plan")(plan.plan)
app.command("prove")(prove.prove)
app.command("approve")(approve.approve)
app.command("apply")(apply.apply)
app.command("verify")(verify.verify)
app.command("rollback")(rollback.rollback)
app.command("guard")(guard.guard)
app.add_typer(roster.roster, name="roster")
app.command("explain")(explain.explain)
app.command("permissions")(permissions.permissions)
app.command("catalog")(catalog.catalog)
app.command("demo")(demo.demo)


@runtime_checkable
class _UsageFault(Protocol):
    """What the parser raises for a command line it does not take. Told by what it can do: some
    versions of typer bring a click of their own, whose classes are not those of ``click``."""

    exit_code: int

    def show(self) -> None: ...


@cache
def _command() -> Callable[..., object]:
    """The parser, made of the verbs' signatures once however often a process calls ``main``."""
    return get_command(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never raises for what a user can cause."""
    try:
        code = _command()(args=arguments, standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except OffboardError as error:
        print(f"iac-offboard: {error}", file=sys.stderr)
        return ERROR
    except BrokenPipeError:
        # The reader of our output went away; silence the flush at exit as well.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ERROR
    except OSError as error:
        # A full disk, a directory that may not be written: whatever the rooms did not foresee.
        where = f" ({error.filename})" if error.filename else ""
        print(f"iac-offboard: {error.strerror or error}{where}.", file=sys.stderr)
        return ERROR
    except Exception as error:
        if not isinstance(error, _UsageFault):
            raise
        error.show()
        return ERROR
    if code == INTERRUPTED:  # which the parser makes of an interrupt, too
        print("iac-offboard: interrupted; run the same command again to go on.", file=sys.stderr)
    return code if isinstance(code, int) else 0
