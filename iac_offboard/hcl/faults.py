"""What can be wrong with a file, said so that it can become a ``Skipped``."""

from __future__ import annotations

from iac_offboard.errors import InputError
from iac_offboard.model import SkipReason


class FileFault(InputError):
    """A file could not be read or understood. ``line`` is 1-based, 0 when it is the whole file."""

    def __init__(
        self, file: str, reason: SkipReason, detail: str, *, line: int = 0, hint: str = ""
    ) -> None:
        at = f"{file}:{line}" if line else file
        super().__init__(f"{at}: {detail}", hint=hint)
        self.file = file
        self.reason = reason
        self.detail = detail
        self.line = line


BOM = b"\xef\xbb\xbf"
MAX_DEPTH = 500
"""Deeper nesting than this is refused: it would exhaust the interpreter's stack."""


def too_deep(file: str, line: int) -> FileFault:
    return FileFault(
        file,
        SkipReason.UNSUPPORTED,
        f"expressions or blocks are nested more than {MAX_DEPTH} deep",
        line=line,
        hint="Split the expression into locals.",
    )


def refused(file: str, detail: str, line: int) -> FileFault:
    """What can be read, but Terraform refuses it and says which of two things is wrong."""
    hint = "Run `terraform validate` in its directory, and take out the one that is wrong."
    return FileFault(file, SkipReason.UNPARSEABLE, detail, line=line, hint=hint)


def decode(data: bytes, file: str) -> str:
    """UTF-8 text of a file; raises FileFault for git-crypt, sops and other non-text."""
    if data.startswith(b"\x00GITCRYPT"):
        raise FileFault(
            file,
            SkipReason.ENCRYPTED,
            "is encrypted with git-crypt",
            hint="Run `git-crypt unlock` and scan again.",
        )
    if b"ENC[AES256_GCM," in data and b"sops" in data:
        raise FileFault(
            file,
            SkipReason.ENCRYPTED,
            "is encrypted with sops",
            hint="Decrypt it with `sops --decrypt` and scan again.",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileFault(
            file,
            SkipReason.ENCRYPTED,
            "is not UTF-8 text; it is encrypted or binary",
            line=line,
            hint="Decrypt it or save it as UTF-8.",
        ) from error
    if "\x00" in text:
        raise FileFault(
            file,
            SkipReason.ENCRYPTED,
            "holds NUL bytes; it is encrypted or binary",
            hint="Decrypt it or save it as UTF-8.",
        )
    return text
