"""A root that never spells the leaver takes our deny away: said before, done again after."""

from __future__ import annotations

from tests.acceptance.desk import ALICE, ONE_ACCOUNT, Desk
from tests.acceptance.test_sessions import ENFORCED, assumed, shared_role, works

MAIN = """
resource "aws_iam_role" "deploy" {
  name               = "deploy"
  assume_role_policy = "{}"
  inline_policy {
    name   = "all"
    policy = "{}"
  }
}
"""


def test_a_role_with_inline_policies_of_a_root_is_denied_again(desk: Desk) -> None:
    for name in ("alice", "bob"):
        desk.aws().create_user(UserName=name)
    shared_role(desk, ENFORCED)
    hers = assumed(desk, "alice")
    desk.write("infra/main.tf", MAIN)
    desk.roster(ALICE)
    desk.planned("--terraform", str(desk.here / "infra"), *ONE_ACCOUNT)
    (deny,) = [a for a in desk.plan_json["actions"] if a["verb"] == "iam:PutRolePolicy"]
    assert deny["reverted_by"].endswith("infra (aws_iam_role.deploy)")
    report = (desk.case / "report.md").read_text().replace("\\", "")
    assert f"reverted by {deny['reverted_by']}" in report

    assert desk.apply("--phase", "contain").code == 0
    # The next apply of that root removes every inline policy that it does not write.
    desk.aws().delete_role_policy(RoleName="deploy", PolicyName=dict(deny["params"])["name"])
    assert works(hers)
    assert desk.apply("--phase", "contain").said("done again", "aws_iam_role.deploy")
    assert not works(hers)
