"""Reading a subjects file: YAML, JSON or CSV, with every fault at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from iac_offboard.errors import RosterError
from iac_offboard.model import Subject
from iac_offboard.subjects.document import read_document
from iac_offboard.subjects.draft import check_together
from iac_offboard.subjects.faults import Faults
from iac_offboard.subjects.table import read_table

# About 20,000 subjects; beyond it the wrong file was named.
MAX_BYTES = 5 * 1024 * 1024
# git-crypt's file header; Ansible vault, age and sops (binary mode) mark themselves likewise.
_ENCRYPTED = (
    (b"\x00GITCRYPT\x00", "git-crypt", "git-crypt unlock"),
    (b"$ANSIBLE_VAULT;", "Ansible Vault", "ansible-vault view"),
    (b"age-encryption.org/", "age", "age -d"),
    (b"-----BEGIN AGE ENCRYPTED FILE", "age", "age -d"),
    (b"-----BEGIN PGP MESSAGE", "PGP", "gpg -d"),
)
# How sops writes each encrypted value, whatever the format around it.
_SOPS_VALUE = b"ENC[AES256_GCM,"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The leavers, in the file's order; ``digest`` is the sha256 (hex) of the file's bytes."""

    subjects: tuple[Subject, ...]
    digest: str


def load_roster(path: Path) -> Roster:
    """Read a subjects file. The suffix ``.csv`` means CSV, anything else YAML (JSON is YAML).

    Raises RosterError with all faults and their lines; nothing is ever read in part. Its text
    holds keys and roster ids, no other value of the file.
    """
    data = _bytes(path)
    faults = Faults()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _single(path, line, "the file is not UTF-8 from this line on") from None
    if not text.strip():
        raise _single(path, 0, "the file is empty")
    drafts = (read_table if path.suffix.lower() == ".csv" else read_document)(text, faults)
    check_together(drafts, faults)
    found = faults.sorted()
    if found:
        raise RosterError(str(path), found)
    subjects = tuple(draft.subject() for draft in drafts)
    return Roster(subjects=subjects, digest=hashlib.sha256(data).hexdigest())


def _single(path: Path, line: int, text: str) -> RosterError:
    return RosterError(str(path), ((line, text),))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _single(path, 0, "the file does not exist") from None
    except IsADirectoryError:
        raise _single(path, 0, "this is a directory, not a file") from None
    except PermissionError:
        raise _single(path, 0, "the file may not be read by this user") from None
    except OSError as error:
        raise _single(path, 0, f"the file cannot be read ({error.strerror})") from error
    if len(data) > MAX_BYTES:
        raise _single(path, 0, f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    if _SOPS_VALUE in data:
        raise _single(path, 0, "the file is encrypted (sops): decrypt it first (sops -d)")
    for start, tool, remedy in _ENCRYPTED:
        if data.startswith(start):
            raise _single(path, 0, f"the file is encrypted ({tool}): decrypt it first ({remedy})")
    return data
