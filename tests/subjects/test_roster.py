from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iac_offboard.errors import RosterError
from iac_offboard.model import AliasKind, SubjectKind, SubjectStatus, Tier
from iac_offboard.subjects import Roster, load_roster
from iac_offboard.subjects.roster import MAX_BYTES

GOOD = """\
version: 1
subjects:
  - id: leaver-2041
    kind: person                 # person | service | repository | workload | group
    left_at: 2026-11-20T17:00:00+01:00
    case: HR-1234
    aliases: [alice@example.com, alice, "arn:aws:iam::111122223333:user/alice",
              {aws_user: jdoe, accounts: ["111122223333", 012345678901]},
              {aws_user: team, accounts: ["111122223333"], shared: true}]
    legal_hold: yes
    break_glass: false
    tier: hostile
    release: ['module.a["x"].aws_s3_bucket.b[0]']
    attested: [{source: slack, by: bob, at: 2026-11-21T00:00:00Z}]
  - id: 7
    kind: repository
    status: cancelled
    aliases: [{repository: org/repo}, {github_login: Alice}]
"""


def write(tmp_path: Path, text: str, name: str = "subjects.yaml") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def faults(path: Path) -> list[tuple[int, str]]:
    with pytest.raises(RosterError) as caught:
        load_roster(path)
    return list(caught.value.faults)


def one(aliases: str) -> str:
    return f"version: 1\nsubjects:\n- id: a\n  kind: person\n  aliases: {aliases}\n"


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    roster = load_roster(write(tmp_path, GOOD))
    first, second = roster.subjects
    assert first.id == "leaver-2041"
    assert first.left_at == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert first.left_at.utcoffset() == timedelta(hours=1)
    assert first.legal_hold
    assert not first.break_glass
    assert first.release == {'module.a["x"].aws_s3_bucket.b[0]'}
    assert first.attested[0].by == "bob"
    assert (first.tier, second.tier) == (Tier.HOSTILE, Tier.NORMAL)
    assert first.aliases[3].accounts == {"111122223333", "012345678901"}
    assert [a.shared for a in first.aliases] == [False] * 4 + [True]
    assert (second.id, second.kind) == ("7", SubjectKind.REPOSITORY)
    assert second.status is SubjectStatus.CANCELLED
    assert second.left_at is None
    assert len(roster.digest) == 64


@pytest.mark.parametrize("text", ["Hostile", "angry", "[hostile]", "''"])
def test_an_unknown_tier_is_a_fault_with_its_line(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, one("[alice]") + f"  tier: {text}\n")
    [(line, fault)] = faults(path)
    assert line == 6
    assert '"tier" of subject "a"' in fault


def test_a_tier_in_csv_may_stand_in_one_row(tmp_path: Path) -> None:
    text = "id,kind,alias,left_at,case,tier\na,person,al,,,\na,,a@b.org,,,hostile\nb,person,bo,,,\n"
    roster = load_roster(write(tmp_path, text, "subjects.csv"))
    assert [s.tier for s in roster.subjects] == [Tier.HOSTILE, Tier.NORMAL]


def test_a_tier_in_csv_has_to_be_known_and_one(tmp_path: Path) -> None:
    text = "id,kind,alias,left_at,case,tier\na,person,al,,,hostile\na,,al2,,,normal\na,,al3,,,x\n"
    found = faults(write(tmp_path, text, "subjects.csv"))
    assert [line for line, _ in found] == [3, 4]
    assert ["differs" in fault for _, fault in found] == [True, False]


def test_json_with_tabs_reads_like_yaml(tmp_path: Path) -> None:
    subject = {"id": "a", "kind": "person", "aliases": ["alice", "a@b.org"]}
    data = {"version": 1, "subjects": [subject]}
    text = json.dumps(data, indent="\t")
    assert "\t" in text
    roster = load_roster(write(tmp_path, text, "subjects.json"))
    assert [a.value for a in roster.subjects[0].aliases] == ["alice", "a@b.org"]


def test_csv_rows_with_one_id_are_one_subject(tmp_path: Path) -> None:
    text = (
        "\ufeffid,kind,alias,left_at,case\r\n"
        "a,person,alice@example.com,2026-11-20T17:00:00Z,HR-1\r\n"
        "\r\n"
        "a,,alice,,\r\n"
        '"b",service,"arn:aws:iam::111122223333:role/x",,\r\n'
    )
    first, second = load_roster(write(tmp_path, text, "s.csv")).subjects
    assert [a.value for a in first.aliases] == ["alice@example.com", "alice"]
    assert (first.kind, first.case) == (SubjectKind.PERSON, "HR-1")
    assert second.aliases[0].kind is AliasKind.AWS_ARN


def test_csv_may_cancel_and_attest(tmp_path: Path) -> None:
    header = "id,kind,alias,left_at,case,status,attested_source,attested_by,attested_at\n"
    rows = (
        "a,person,alice@example.com,,,cancelled,,,\n"
        "b,person,bob@example.com,,,,acme.okta.com,ops,2026-11-21T09:00:00Z\n"
        "b,,,,,,github.com,ops,2026-11-22T09:00:00Z\n"
    )
    first, second = load_roster(write(tmp_path, header + rows, "s.csv")).subjects
    assert first.status is SubjectStatus.CANCELLED
    assert [a.source for a in second.attested] == ["acme.okta.com", "github.com"]
    assert len(second.aliases) == 1
    wrong = "c,person,carl,,,gone,acme.okta.com,,\n"
    found = [text for _, text in faults(write(tmp_path, header + wrong, "w.csv"))]
    assert any("attested_by" in text for text in found)
    assert any('"status"' in text for text in found)


def test_csv_faults_have_the_line_of_their_row(tmp_path: Path) -> None:
    text = (
        "id,kind,alias,left_at,case\n"
        "a,persn,alice,,\n"
        'a,person,"al\nice",2026-01-01T00:00:00,\n'
        "b,person,,,\n"
        "c,person\n"
        ",person,x,,\n"
        "a,service,y,,\n"
    )
    found = faults(write(tmp_path, text, "s.csv"))
    assert sorted({line for line, _ in found}) == [2, 3, 5, 6, 7, 8]


def test_csv_without_its_header_is_refused(tmp_path: Path) -> None:
    assert "header" in faults(write(tmp_path, "a,person,alice,,\n", "s.csv"))[0][1]


def test_an_empty_list_of_leavers_is_a_roster(tmp_path: Path) -> None:
    assert load_roster(write(tmp_path, "version: 1\nsubjects: []\n")).subjects == ()


# A broken line of a subject, the words that its fault has to hold. The value never shows.
BROKEN = [
    ("kind: persn-canary", "kind"),
    ("kind: [canary]", "kind"),
    ("left_at: 2026-11-20T17:00:00", "offset"),
    ("left_at: 2026-11-20", "offset"),
    ("left_at: canary", "point in time"),
    ("rehired_at: 2026-11-20", "offset"),
    ("left_at: [canary]", "left_at"),
    ("status: canary", "status"),
    ("legal_hold: canary", "legal_hold"),
    ("break_glass: 1", "break_glass"),
    ("release: [can ary]", "release"),
    ("release: canary", "release"),
    ("attested: [{source: x, by: y, at: canary}]", '"at"'),
    ("attested: [canary]", "attested"),
    ("attested: [{source: x, at: 2026-01-01T00:00:00Z}]", '"by"'),
    ("aliases: []", "aliases"),
    ("aliases: canary", "aliases"),
    ("aliases: [{aws_usr: canary}]", '"aws_user"'),
    ("aliases: [{aws_user: canary, email: b@example.org}]", "exactly one"),
    ("aliases: [{aws_user: jdoe, accounts: ['11112222333']}]", "12 digits"),
    ("aliases: [{aws_user: jdoe, accounts: canary}]", "accounts"),
    ("aliases: [{aws_user: jdoe, shared: canary}]", "shared"),
    ("aliases: [{aws_user: }]", "empty"),
    ("aliases: ['']", "empty"),
    ("aliases: [~]", "empty"),
    ("aliases: [no]", "string"),
    ("aliases: [the canary sings]", "type of this alias"),
    ("alias: [canary]", '"aliases"'),
]


@settings(max_examples=60, deadline=None)
@given(chosen=st.lists(st.sampled_from(BROKEN), min_size=1, max_size=6))
def test_every_combination_of_faults_tells_every_line(
    tmp_path_factory: pytest.TempPathFactory, chosen: list[tuple[str, str]]
) -> None:
    lines = ["version: 1", "subjects:"]
    expected = []
    for i, (broken, word) in enumerate(chosen):
        lines.append(f"- id: s{i}")
        if not broken.startswith("kind:"):
            lines.append("  kind: person")
        if not broken.startswith("aliases:"):
            lines.append(f"  aliases: [user{i}]")
        lines.append(f"  {broken}")
        expected.append((len(lines), word))
    path = write(tmp_path_factory.mktemp("roster"), "\n".join(lines))
    found = faults(path)
    for line, word in expected:
        assert any(at == line and word in text for at, text in found), (line, word, found)
    assert {line for line, _ in found} == {line for line, _ in expected}
    with pytest.raises(RosterError) as caught:
        load_roster(path)
    assert "canary" not in str(caught.value).replace(str(path), "")


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("", 0, "empty"),
        ("# nothing\n", 0, "empty"),
        ("- a\n", 1, "mapping"),
        ("version: 2\nsubjects: []\n", 1, "version"),
        ("subjects: []\n", 1, "version"),
        ("version: 1\n", 1, "subjects"),
        ("version: 1\nsubjects: {}\n", 2, "list"),
        ("version: 1\nsubjects: [x]\n", 2, "mapping"),
        ("version: 1\nversion: 1\nsubjects: []\n", 2, "twice"),
        ("version: 1\nsubjects: [\n  {id: canary\n", 4, "YAML"),
        ("version: 1\nsubjects: []\n---\nversion: 1\n", 3, "second document"),
        ("version: 1\nsubjects: *canary\n", 2, "anchor"),
        ("version: 1\nsubjects: []\nsubject: canary\n", 3, '"subjects"'),
        ("version: 1\n? [canary]\n: x\nsubjects: []\n", 2, "key"),
        ("version: 1\nsubjects: []\nAKIA/canary: x\n", 3, "unknown key"),
        ("version: 1\n\x07\n", 2, "character"),
        ("[" * 5000, 0, "nested"),
        ("sops:\n  mac: canary\n", 1, "sops"),
        ("id: ENC[AES256_GCM,data:canary]\n", 0, "sops"),
        ("$ANSIBLE_VAULT;1.1;AES256\n", 0, "encrypted"),
        ("\x00GITCRYPT\x00abc", 0, "git-crypt"),
    ],
)
def test_a_broken_file_tells_where(tmp_path: Path, text: str, line: int, word: str) -> None:
    path = write(tmp_path, text)
    found = faults(path)
    assert any(at == line and word in sentence for at, sentence in found), found
    assert "canary" not in " ".join(sentence for _, sentence in found)


def test_ids_and_strong_aliases_are_unique(tmp_path: Path) -> None:
    text = """\
version: 1
subjects:
- id: a
  kind: person
  aliases: [a@example.com, alice, {aws_user: jdoe, accounts: ["111122223333"]}]
- id: a
  kind: person
  aliases: [bob, alice]
- id: c
  kind: person
  aliases:
  - A@Example.com
  - arn:aws:iam::111122223333:user/path/JDoe
  - arn:aws:iam::444455556666:user/jdoe
- id: d
  status: cancelled
  kind: person
  aliases: [a@example.com]
"""
    assert [line for line, _ in faults(write(tmp_path, text))] == [6, 12, 13]


def test_an_identity_that_both_call_shared_may_stand_twice(tmp_path: Path) -> None:
    alias = '[{aws_user: team, accounts: ["111122223333"], shared: true}]'
    second = one(alias).split("\n", 2)[2].replace("id: a", "id: b")
    assert len(load_roster(write(tmp_path, one(alias) + second)).subjects) == 2


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert "does not exist" in faults(tmp_path / "none.yaml")[0][1]
    assert "directory" in faults(tmp_path)[0][1]
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"version: 1\nsubjects: # caf\xe9\n")
    assert faults(latin) == [(2, "the file is not UTF-8 from this line on")]
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    assert "larger" in faults(large)[0][1]


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    unix: Roster = load_roster(write(tmp_path, GOOD, "a.yaml"))
    dos: Roster = load_roster(write(tmp_path, GOOD.replace("\n", "\r\n"), "b.yaml"))
    assert unix.subjects == dos.subjects
    assert unix.digest != dos.digest
