"""What is read: a directory, and whom for. Everything that another process needs to read it too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from iac_offboard.hcl.files import DiskFiles, Files
from iac_offboard.model import Subject
from iac_offboard.pipeline.cache import Cache
from iac_offboard.pipeline.concern import concern
from iac_offboard.sources.sharing import plain_digest
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.sources.wanted import EVERYBODY, Concern
from iac_offboard.subjects.matching import Matcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """``directory`` is what the user calls it, ``top`` where it is; ``limit`` is the largest
    file's, in bytes. ``cache`` is where what is found will be kept, None where it will not be."""

    directory: str
    top: str
    limit: int
    var_files: Mapping[str, Sequence[str]]
    subjects: tuple[Subject, ...]
    everybody: bool
    cache: Cache | None

    def files(self) -> DiskFiles:
        return DiskFiles(Path(self.top), self.limit)

    def source(self, files: Files) -> TerraformSource:
        return TerraformSource(directory=self.directory, files=files, var_files=self.var_files)

    def concerns(self) -> Concern:
        return EVERYBODY if self.everybody else concern(Matcher(self.subjects))

    def digest(self, text: str) -> str:
        """Keyed where it is kept."""
        if self.cache is None:
            return plain_digest(text)
        return self.cache.digest(b"said", text.encode(errors="surrogatepass"))
