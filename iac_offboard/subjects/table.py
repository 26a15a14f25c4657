"""The CSV form of the subjects file: ``id,kind,alias,left_at,case``, one alias in each row.

Columns ``tier``, ``grace``, ``status`` and ``rehired_at`` may be there too, and
``attested_source``, ``attested_by`` and ``attested_at`` with one attestation in a row; such a row
may lack the alias."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from iac_offboard.model import Attestation
from iac_offboard.subjects import aliases, times
from iac_offboard.subjects.draft import Draft, named, read_grace, read_kind, read_status, read_tier
from iac_offboard.subjects.faults import Faults, unknown_key

COLUMNS = ("id", "kind", "alias", "left_at", "case")
_ATTESTED = ("attested_source", "attested_by", "attested_at")
_OPTIONAL = ("tier", "grace", "status", "rehired_at", *_ATTESTED)
_KNOWN = (*COLUMNS, *_OPTIONAL)


def read_table(text: str, faults: Faults) -> list[Draft]:
    """Every subject of a CSV text. Several rows with one id are one subject with several
    aliases; its kind, left_at, case and tier may stand in one of them only, or agree."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    drafts: dict[str, Draft] = {}
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if header is None:
                    header = _header(cells, line, faults)
                    if header is None:
                        return []
                else:
                    _row(cells, header, line, drafts, faults)
            line = reader.line_num + 1
    except csv.Error:
        faults.add(reader.line_num, "the row is no valid CSV (look for an unclosed quote)")
    if header is None:
        faults.add(1, "the file is empty")
    for draft in drafts.values():
        if draft.kind is None:
            faults.add(draft.line, f'"kind" {named(draft.id)} is missing or not a known kind')
    return list(drafts.values())


def _header(cells: list[str], line: int, faults: Faults) -> list[str] | None:
    names = [cell.strip().lower() for cell in cells]
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        wanted = ",".join(COLUMNS)
        faults.add(line, f"the first row has to be the header {wanted}; it lacks {missing[0]}")
        return None
    for name in names:
        if name not in _KNOWN:
            faults.add(line, unknown_key(name, _KNOWN, "in the header"))
    for column in _KNOWN:
        if names.count(column) > 1:
            faults.add(line, f'"{column}" stands twice in the header')
    return names


def _row(
    cells: list[str], header: list[str], line: int, drafts: dict[str, Draft], faults: Faults
) -> None:
    if len(cells) != len(header):
        faults.add(line, f"the row has {len(cells)} cells, the header {len(header)}")
        return
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    if not row["id"]:
        faults.add(line, 'the row has no "id"')
    draft = drafts.setdefault(row["id"], Draft(line=line, id=row["id"])) if row["id"] else None
    _read_facts(row, line, draft or Draft(line=line), faults)
    if _read_attested(row, line, draft or Draft(line=line), faults) and not row["alias"]:
        return
    try:
        alias = aliases.infer(row["alias"])
    except aliases.AliasError as error:
        faults.add(line, f"{error} ({named(row['id'])})")
        return
    if draft is not None:
        draft.aliases.append((line, alias))


def _read_facts(row: dict[str, str], line: int, draft: Draft, faults: Faults) -> None:
    where = named(draft.id)
    if row["kind"]:
        kind = read_kind(row["kind"], line, where, faults)
        if kind is not None and draft.kind not in (None, kind):
            faults.add(line, f'"kind" {where} differs from its earlier row')
        draft.kind = draft.kind or kind
    draft.left_at = _instant("left_at", row, line, draft.left_at, where, faults)
    draft.rehired_at = _instant("rehired_at", row, line, draft.rehired_at, where, faults)
    if row.get("tier"):
        tier = read_tier(row["tier"], line, where, faults)
        if tier is not None and draft.tier not in (None, tier):
            faults.add(line, f'"tier" {where} differs from its earlier row')
        draft.tier = draft.tier or tier
    if row.get("grace"):
        grace = read_grace(row["grace"], line, where, faults)
        if grace is not None and draft.grace not in (None, grace):
            faults.add(line, f'"grace" {where} differs from its earlier row')
        draft.grace = grace if draft.grace is None else draft.grace
    if row["case"]:
        if draft.case not in ("", row["case"]):
            faults.add(line, f'"case" {where} differs from its earlier row')
        draft.case = draft.case or row["case"]
    if row.get("status"):
        status = read_status(row["status"], line, where, faults)
        if status is not None:
            draft.status = status


def _instant(
    column: str,
    row: dict[str, str],
    line: int,
    earlier: datetime | None,
    where: str,
    faults: Faults,
) -> datetime | None:
    """What the row says, or an earlier row of the same subject."""
    if not row.get(column):
        return earlier
    try:
        found = times.instant(row[column])
    except times.TimeError as error:
        faults.add(line, f'"{column}" {where} {error}')
        return earlier
    if earlier not in (None, found):
        faults.add(line, f'"{column}" {where} differs from its earlier row')
    return earlier or found


def _read_attested(row: dict[str, str], line: int, draft: Draft, faults: Faults) -> bool:
    """Whether the row holds an attestation, good or not."""
    source, by, at = (row.get(column, "") for column in _ATTESTED)
    if not (source or by or at):
        return False
    if not (source and by and at):
        faults.add(line, f"an attestation {named(draft.id)} needs {', '.join(_ATTESTED)}")
        return True
    try:
        draft.attested.append(Attestation(source=source, by=by, at=times.instant(at)))
    except times.TimeError as error:
        faults.add(line, f'"attested_at" {named(draft.id)} {error}')
    return True
