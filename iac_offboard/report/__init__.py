"""Results as text: table, json, sarif, markdown. A subject is named by its roster id (rule 14)."""

from __future__ import annotations

from iac_offboard.errors import UsageError
from iac_offboard.interface import Format
from iac_offboard.report.json_format import JsonFormat
from iac_offboard.report.markdown import MarkdownFormat
from iac_offboard.report.sarif import SarifFormat
from iac_offboard.report.table import TableFormat

_FORMATS: dict[str, type[Format]] = {
    "table": TableFormat,
    "json": JsonFormat,
    "sarif": SarifFormat,
    "markdown": MarkdownFormat,
}
NAMES = tuple(_FORMATS)


def named(name: str) -> Format:
    """The output format of that name. Raises ``UsageError``."""
    found = _FORMATS.get(name)
    if found is None:
        raise UsageError(
            f"There is no output format {name!r}.", hint=f"Use one of {', '.join(NAMES)}."
        )
    return found()
