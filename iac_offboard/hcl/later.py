"""What is worked out when somebody asks for it, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """Most of a repository is never asked for: nothing of it leads to an identity. Asking again
    after an exception works it out again."""

    __slots__ = ("_found", "_make")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make
        self._found: T | None = None

    def get(self) -> T:
        if self._make is not None:
            self._found = self._make()
            self._make = None  # what it was made from is not needed any more
        return self._found  # type: ignore[return-value]
