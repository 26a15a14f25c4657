"""However a tree is read, what is found is the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.pipeline.cache import Cache, open_cache
from iac_offboard.sources.by_root import Found, RootReading
from iac_offboard.sources.sharing import Others
from tests.pipeline.trees import Read, Tree, golden_tree


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return golden_tree(tmp_path_factory.mktemp("apart") / "repo")


@pytest.fixture(scope="module")
def plain(tree: Tree) -> Read:
    """Read at once and as a whole."""
    found = tree.read()
    assert len(found[0]) > 50
    assert len(found[1].observations) > 100
    return found


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    found = open_cache(tmp_path)
    assert found is not None
    return found


def test_what_is_remembered_is_what_is_read(tree: Tree, plain: Read, cache: Cache) -> None:
    assert tree.read(cache) == plain
    assert tree.read(cache) == plain


USER = 'resource "aws_iam_user" "x" {{\n  name = "{}"\n}}\n'
CALL = 'module "m" {\n  source = "../m"\n}\n'


@pytest.mark.parametrize(
    ("file", "text", "roots"),
    [
        ("c/main.tf", USER.format("carol"), ["c"]),
        ("a/main.tf", USER.format("a") + CALL + "\n", ["a"]),
        ("m/main.tf", 'resource "aws_iam_group" "m" {}\n', ["a", "b"]),
        ("c/terraform.tfvars", "", ["c"]),
        ("e/main.tf", USER.format("eve"), ["e"]),
        # Now the block in the module is not the only root's.
        ("n/main.tf", 'module "o" {\n  source = "../o"\n}\n', ["d", "n"]),
        ("notes/README.md", "", []),
    ],
)
def test_only_what_a_change_is_about_is_read_again(
    tmp_path: Path,
    cache: Cache,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    text: str,
    roots: list[str],
) -> None:
    files = {name: USER.format(name) for name in "abcd"} | {"m": USER.format("m")}
    files |= {"a": USER.format("a") + CALL, "b": USER.format("b") + CALL, "o": USER.format("o")}
    files["d"] += 'module "o" {\n  source = "../o"\n}\n'
    for name, code in files.items():
        (tmp_path / "repo" / name).mkdir(parents=True)
        (tmp_path / "repo" / name / "main.tf").write_text(code)
    tree = Tree(tmp_path / "repo", ())
    assert tree.read(cache) == tree.read()
    (tmp_path / "repo" / file).parent.mkdir(exist_ok=True)
    (tmp_path / "repo" / file).write_text(text)
    evaluated: list[str] = []
    found = RootReading.found

    def noted(self: RootReading, others: Others) -> Found:
        evaluated.append(self.entered.path)
        return found(self, others)

    with monkeypatch.context() as patched:
        patched.setattr(RootReading, "found", noted)
        again = tree.read(cache)
    assert again == tree.read()
    assert sorted(evaluated) == roots


def changes(tree: Tree) -> Iterator[tuple[Path, bytes | None]]:
    """A file and what it holds then; None when it goes."""
    chosen = random.Random(5)
    for number, path in enumerate(chosen.sample(tree.files(), 12)):
        data = path.read_bytes()
        half, other = data[: len(data) // 2], chosen.choice(tree.files()).read_bytes()
        yield path, [data + b"\n", half, None, data + b"\n" + other][number % 4]


def test_what_changes_is_read_again(tree: Tree, plain: Read, cache: Cache) -> None:
    assert tree.read(cache) == plain
    for path, data in changes(tree):
        before = path.read_bytes()
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)
        try:
            assert tree.read(cache) == tree.read(), path
        finally:
            path.write_bytes(before)
    assert tree.read(cache) == plain
