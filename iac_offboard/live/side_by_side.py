"""Parts of a reading done at once, with results in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeAlias, TypeVar

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is read, how many of its parts are done, and how many there are."""

_T = TypeVar("_T")


def side_by_side(
    label: str, tasks: Sequence[Callable[[], _T]], workers: int, progress: Progress | None
) -> list[_T]:
    """Runs the tasks in ``workers`` threads; results in the order of ``tasks``. Raises what the
    first of them to fail raises."""
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = [pool.submit(task) for task in tasks]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                if progress:
                    progress(label, done, len(tasks))
        except BaseException:  # Ctrl-C above all: begin nothing more
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in futures]
