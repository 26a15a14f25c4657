"""What the documents show is what the program takes: commands, options, links, make targets.

To write README.md's command reference anew: ``python -m tests.docs.reference``.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from iac_offboard.cli import app, main
from iac_offboard.subjects import load_roster
from iac_offboard.waivers import load_waivers
from iac_offboard.waivers.exceptions import load_exceptions
from tests.docs.reference import PROJECT, README, reference, shown, verbs

DOCUMENTS = (
    README,
    *sorted((PROJECT / "docs").glob("*.md")),
    *sorted((PROJECT / "examples").rglob("*.md")),
    PROJECT / "ARCHITECTURE.md",
)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)\)")
# Hosts that packages come from, and places that only one machine has.
_FOREIGN = re.compile(
    r"pypi|files\.pythonhosted|registry\.|npmjs|/work/|/home/|/root/|/tmp/|/Users/"
)
_PLACEHOLDERS = ("...", "DIR", "FILE", "CLOUD", "WHO")


def blocks(path: Path, language: str) -> Iterator[str]:
    for match in _BLOCK.finditer(path.read_text(encoding="utf-8")):
        if match[1] == language:
            yield match[2]


def shell_lines(path: Path) -> Iterator[list[str]]:
    """Every command of the document's shell blocks, in words, settings in front left out."""
    for block in blocks(path, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            while words and re.match(r"^[A-Z_]+=", words[0]):
                words = words[1:]
            if words:
                yield words


def our_commands(path: Path) -> Iterator[list[str]]:
    yield from (words for words in shell_lines(path) if words[0] == "iac-offboard")
    prose = _BLOCK.sub("", path.read_text(encoding="utf-8"))
    for match in _INLINE.finditer(prose):
        words = match[1].split()
        if words[0] == "iac-offboard" and not set(words) & set(_PLACEHOLDERS):
            yield words


def parse(words: list[str]) -> str:
    """The verb of a command line; an exception of the parser when it is not one of ours."""
    group = typer.main.get_command(app)
    parent = group.make_context("iac-offboard", words[1:])
    assert isinstance(group, TyperGroup)
    with parent:
        verb, command, rest = group.resolve_command(parent, words[1:])
        assert command is not None
        command.make_context(verb, rest, parent=parent)
    return str(verb)


def test_the_command_reference_is_what_help_prints() -> None:
    written = shown(README.read_text(encoding="utf-8"))

    assert written == reference().strip(), "run: python -m tests.docs.reference"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(PROJECT)))
def test_every_command_shown_is_one_that_we_take(path: Path) -> None:
    for words in our_commands(path):
        if all(
            word.isalpha() and word.islower() for word in words[1:]
        ):  # a verb that is only mentioned
            assert " ".join(words[1:]) in verbs()
        elif len(words) == 2:
            assert words[1] == "--help"
        else:
            assert parse(words) == words[1]


def test_readme_and_example_show_the_whole_loop() -> None:
    loop = {"scan", "plan", "approve", "apply", "verify"}
    for path in (README, PROJECT / "examples/aws-team/README.md"):
        assert loop <= {parse(words) for words in our_commands(path) if len(words) > 2}


def test_a_command_that_we_do_not_take_would_be_noticed() -> None:
    with pytest.raises(Exception, match="No such option"):
        parse(["iac-offboard", "scan", "--subject", "x.yaml", "--no-such-option"])


def test_make_targets_and_extras_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.M))
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = README.read_text(encoding="utf-8")
    shown_targets = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.M))
    shown_extras = set(re.findall(r"pip install '\.\[([a-z,]+)\]'", text))

    assert {"demo", "test"} <= shown_targets <= targets
    assert {"aws", "demo"} <= shown_extras <= set(project["optional-dependencies"])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(PROJECT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in _LINK.findall(path.read_text(encoding="utf-8")):
        assert target.startswith("http") or (path.parent / target).exists(), target


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, PROJECT / "docs/demo.svg"], ids=lambda p: str(p.relative_to(PROJECT))
)
def test_no_registry_host_and_no_machine_path(path: Path) -> None:
    assert _FOREIGN.findall(path.read_text(encoding="utf-8")) == []


def _kind(text: str) -> int:
    """Waivers, exceptions, subjects."""
    return next(i for i, key in enumerate(("waivers:", "exceptions:", "subjects:")) if key in text)


def test_the_subjects_file_of_the_readme_can_be_read(tmp_path: Path) -> None:
    waivers, exceptions, roster = sorted(blocks(README, "yaml"), key=_kind)
    path = tmp_path / "leavers.yaml"
    path.write_text(roster, encoding="utf-8")
    (tmp_path / "waivers.yaml").write_text(waivers, encoding="utf-8")
    (waiver,) = load_waivers(tmp_path / "waivers.yaml")
    (tmp_path / "exceptions.yaml").write_text(exceptions, encoding="utf-8")
    (exception,) = load_exceptions(tmp_path / "exceptions.yaml")
    (subject,) = load_roster(path).subjects

    assert subject.id == exception.subject == "leaver-2041"
    assert len(subject.aliases) == 2
    assert waiver.by == "ops@example.com"


def test_the_readme_says_what_is_not_covered() -> None:
    text = README.read_text(encoding="utf-8")

    assert "the live cloud comes later" in text
    assert "What this version cannot read stands beside every verdict" in " ".join(text.split())


def test_the_picture_is_small_and_shows_a_verdict() -> None:
    picture = (PROJECT / "docs/demo.svg").read_text(encoding="utf-8").replace("&#160;", " ")

    assert len(picture) < 200_000
    assert "access dead" in picture
    assert "@font-face" not in picture  # it loads nothing from anywhere


def test_usage_errors_end_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--no-such-option"]) == 2
    assert "--no-such-option" in capsys.readouterr().err
    assert main(["scan"]) == 2
    assert "--subjects" in capsys.readouterr().err
    assert main(["remove-everybody"]) == 2
    assert "remove-everybody" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("missing", "arguments", "said"),
    [("click", ["scan"], "--subjects"), ("moto", ["demo"], "pip install '.[demo]'")],
)
def test_what_the_extras_bring_is_not_needed_without_them(
    missing: str, arguments: list[str], said: str
) -> None:
    start = f"import sys; sys.modules[{missing!r}] = None; from iac_offboard.cli import main"
    done = subprocess.run(
        [sys.executable, "-c", f"{start}; sys.exit(main({arguments}))"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
