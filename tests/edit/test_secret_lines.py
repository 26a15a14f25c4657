"""Which lines a patch takes for a secret."""

from __future__ import annotations

import pytest

from iac_offboard.edit.secret_lines import secret_lines

SECRET = {
    "tfvars": 'db_password = "hunter2"',
    "object": 'alice = { name = "a", client_secret = "abc" }',
    "map of pairs": '"API_KEY" : "abc",',
    "json": '"sts:ExternalId": ["c0ffee"]',
    "yaml": "  token: hunter2",
    "list item": "  - password: hunter2",
    "script": "export DB_PASSWORD=hunter2",
    "called": 'password = sensitive("hunter2")',
    "environment": '{ name = "DB_PASSWORD", value = "hunter2" },',
    "camel case": '"privateKey": "abc"',
    "access key": "  - AKIAIOSFODNN7EXAMPLE",
    "url": 'database = "postgres://app:hunter2@db/app"',
    "random": 'x = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY/1"',
    "json web token": "x = eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.s",
}
PLAIN = {
    "reference": "db_password = var.db_password",
    "looked up": 'token = data.vault.x["alice"].token',
    "filled in": 'password = "${random_password.db.result}"',
    "name of one": 'secret_name = "prod/db"',
    "its address": 'client_secret = "arn:aws:secretsmanager:eu-west-1:1:secret:x"',
    "trust of a repository": '"token.actions.githubusercontent.com:sub" = "repo:org/app:*"',
    "a type": "token = optional(string)",
    "header": 'resource "aws_secretsmanager_secret_policy" "x" {',
    "workflow": "id-token: write",
    "number": "max_password_age = 90",
    "path": 'x = "organizations/366118655033/roles/myRoleOne-and-more"',
    "user": 'name = "alice"',
    "public key": 'key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHZ alice@example.com"',
    "value": 'value = "alice"',
}


def lines(text: str) -> list[int]:
    data = [line.encode() + b"\n" for line in text.split("\n")]
    return sorted(secret_lines(data, range(len(data))))


@pytest.mark.parametrize("line", SECRET.values(), ids=SECRET)
def test_looks_like_a_secret(line: str) -> None:
    assert lines(f"a = 1\n{line}\nb = 2") == [1]


@pytest.mark.parametrize("line", PLAIN.values(), ids=PLAIN)
def test_does_not(line: str) -> None:
    assert lines(f"a = 1\n{line}\nb = 2") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE KEY-----\nx",
            [0, 1, 2, 3],
            id="key",
        ),
        pytest.param("tls_private_key = <<-EOT\n  abc\n  EOT\nx = 1", [0, 1, 2], id="heredoc"),
        pytest.param("password: |\n  abc\n\n  def\nuser: alice", [1, 3], id="block of text"),
        pytest.param('tokens = [\n  "abc",\n  var.b,\n]\nusers = [\n  "alice",\n]', [1], id="list"),
        pytest.param("secrets:\n  db: abc\n  name: x\nusers:\n  - alice", [1], id="map"),
        pytest.param('variable "db_password" {\n  default = "abc"\n}', [1], id="variable"),
        pytest.param("- name: DB_PASSWORD\n  value: abc\n- name: USER\n", [1], id="environment"),
        pytest.param(
            'condition {\n  variable = "sts:ExternalId"\n  values   = ["abc"]\n}',
            [2],
            id="condition",
        ),
        pytest.param(
            'condition {\n  variable = "sts:ExternalId"\n}\ncondition {\n  values = ["abc"]\n}',
            [],
            id="another condition",
        ),
    ],
)
def test_secrets_over_several_lines(text: str, found: list[int]) -> None:
    assert lines(text) == found


def test_only_what_was_asked_for() -> None:
    data = [b'password = "abc"\n', b'token = "abc"\n']
    assert secret_lines(data, [1]) == {1}


def test_a_long_line_is_read_once() -> None:
    """Each of its values would ask for the names on the whole line again: hours."""
    line = ", ".join(f'{{"name": "u{i}", "value": "x{i}"}}' for i in range(20_000))
    assert lines(f"a = 1\n{line}\nb = 2") == []
    assert lines(f'a = 1\n{line}, {{"name": "api_token", "value": "x"}}\nb = 2') == [1]


def test_only_what_stands_near_is_read() -> None:
    far = b"tokens = [\n" + b"  var.a,\n" * 1000 + b'  "abc",\n]\n'
    data = [b"token = <<EOT\n", *far.splitlines(keepends=True), b'x = "abc"\n']
    assert secret_lines(data, [len(data) - 1]) == frozenset()
