"""Where scans are kept between runs: private files with a seal, of bounded number and size.

Whatever is wrong with the directory or with a file in it, there is no cache then, and no error.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

MOST_ENTRIES = 32
MOST_BYTES = 200_000_000
_KEY = "key"
_KEY_SIZE = 32
_SEAL_SIZE = 32
_SUFFIX = ".scan"


def cache_directory(env: Mapping[str, str]) -> Path:
    """``IAC_OFFBOARD_CACHE_DIR``, else ``iac-offboard`` in the XDG cache directory."""
    named = env.get("IAC_OFFBOARD_CACHE_DIR")
    if named:
        return Path(named)
    home = Path(env.get("HOME") or "~").expanduser()
    return Path(env.get("XDG_CACHE_HOME") or home / ".cache") / "iac-offboard"


@dataclass(frozen=True, slots=True)
class Cache:
    """``key`` is random and of this directory only: nobody can test a name against what is kept
    without it."""

    directory: Path
    key: bytes

    def digest(self, *parts: bytes) -> str:
        """A keyed digest of the parts, told apart."""
        found = blake2b(key=self.key, digest_size=20)
        for part in parts:
            found.update(len(part).to_bytes(8, "big"))
            found.update(part)
        return found.hexdigest()

    def get(self, name: str) -> bytes | None:
        """What was put under this name, and nothing else."""
        try:
            data = _private(self.directory / f"{name}{_SUFFIX}", MOST_BYTES)
        except OSError:
            return None
        seal, body = data[:_SEAL_SIZE], data[_SEAL_SIZE:]
        return body if hmac.compare_digest(seal, self._seal(name, body)) else None

    def put(self, name: str, body: bytes) -> None:
        """Keep it, in place of what had the name before; the oldest entries go."""
        if len(body) > MOST_BYTES - _SEAL_SIZE:
            return
        with suppress(OSError):
            _write(self.directory / f"{name}{_SUFFIX}", self._seal(name, body) + body)
            self._prune()

    def _seal(self, name: str, body: bytes) -> bytes:
        return blake2b(name.encode() + b"\0" + body, key=self.key, digest_size=_SEAL_SIZE).digest()

    def _prune(self) -> None:
        aged = []
        for path in self.directory.iterdir():  # what a killed run left behind as well
            if path.name == _KEY:
                continue
            status = path.lstat()
            aged.append((status.st_mtime_ns, status.st_size, path))
        size = 0
        for number, (_, one, path) in enumerate(sorted(aged, reverse=True)):
            size += one
            if number >= MOST_ENTRIES or size > MOST_BYTES:
                path.unlink(missing_ok=True)


def cache_of(env: Mapping[str, str]) -> Cache | None:
    """The one in ``cache_directory``; None where nobody can say where home is."""
    try:
        return open_cache(cache_directory(env))
    except RuntimeError:
        return None


def open_cache(top: Path) -> Cache | None:
    """The scans kept below ``top``; None where none can be kept privately."""
    directory = top / "scans"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = directory.lstat()
        if not stat.S_ISDIR(status.st_mode) or not _own(status) or status.st_mode & 0o077:
            return None
        key = _key(directory / _KEY)
    except OSError:
        return None
    return Cache(directory, key) if len(key) == _KEY_SIZE else None


def _key(path: Path) -> bytes:
    """Of several who make one at the same time, the first one's."""
    if not path.exists():
        fresh = path.with_name(f"{_KEY}.{secrets.token_hex(8)}")
        _write(fresh, secrets.token_bytes(_KEY_SIZE))
        try:
            with suppress(FileExistsError):
                os.link(fresh, path)
        finally:
            fresh.unlink()
    return _private(path, _KEY_SIZE)


def _own(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid()


def _private(path: Path, most: int) -> bytes:
    """The bytes of a file that is nobody else's to read or write; no link is followed."""
    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(number, "rb") as file:
        status = os.fstat(number)
        right = stat.S_ISREG(status.st_mode) and _own(status) and not status.st_mode & 0o077
        if not right or status.st_size > most:
            raise PermissionError(path)
        return file.read()


def _write(path: Path, data: bytes) -> None:
    """In one step: a reader sees the file before or after, never a part of it."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
