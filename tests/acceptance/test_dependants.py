"""Who refers to a user that no root has: the live phase takes it away, and they break then."""

from __future__ import annotations

from tests.acceptance.desk import ALICE, ONE_ACCOUNT, Desk

LOOKUP = 'data "aws_iam_user" "lead" {\n  user_name = "alice"\n}\n'
USED = 'output "lead" {\n  value = data.aws_iam_user.lead.arn\n}\n'
SPELLED = 'resource "aws_ssm_parameter" "key" {\n  value = "%s"\n}\n'


def test_a_user_of_nobody_is_looked_up(desk: Desk) -> None:
    unique_id = desk.user("alice")
    (key,) = desk.keys()
    desk.aliases = [ALICE]
    desk.write("infra/lookup/main.tf", LOOKUP + USED)
    desk.write("infra/spelled/main.tf", SPELLED % key)
    desk.write("infra/other/main.tf", SPELLED % unique_id)
    assert desk.plan("--terraform", "infra", *ONE_ACCOUNT).code == 0
    plan = desk.plan_json
    assert "iam:DeleteUser" in desk.actions("live")
    found = {d["root"]: (d["kind"], d["turn"], d["of"], d["to"]) for d in plan["dependants"]}
    assert found == {
        "infra/lookup": ("lookup", "before", [], "iam_user, which no root has"),
        "infra/spelled": ("literal", "before", [], "iam_access_key, which no root has"),
        "infra/other": ("literal", "before", [], "iam_user, which no root has"),
    }
    assert plan["order"] == ["infra/lookup", "infra/other", "infra/spelled"]
    assert all("before the live phase" in d["text"] for d in plan["dependants"])
    report = (desk.case / "report.md").read_text(encoding="utf-8")
    assert "before the live phase" in report
    assert key not in report.partition("Who else refers")[2].partition("##")[0]
