"""Which resources of the configuration run as a role."""

from __future__ import annotations

import hashlib

from iac_offboard.model import CodeOrigin, PrincipalKind, Use
from iac_offboard.sources.terraform import TerraformSource
from tests.hcl.trees import Memory

CI = "ci@acme-prod.iam.gserviceaccount.com"
ROLE = """
resource "aws_iam_role" "bot" {
  name               = "bot"
  path               = "/teams/"
  assume_role_policy = "{}"
}
"""


def uses(files: dict[str, str] | str) -> tuple[Use, ...]:
    tree = {"main.tf": files} if isinstance(files, str) else files
    source = TerraformSource(directory="infra", files=Memory(tree), var_files={})
    return source.uses()


def found(files: dict[str, str] | str) -> list[tuple[str, str, str]]:
    return [
        (use.identity.value, use.workload.name, use.origin.path)
        for use in uses(files)
        if isinstance(use.origin, CodeOrigin)
    ]


def test_a_function_that_refers_to_the_role_and_where_it_does() -> None:
    text = ROLE + (
        'resource "aws_lambda_function" "nightly" {\n'
        '  function_name = "nightly"\n'
        "  role          = aws_iam_role.bot.arn\n"
        "}\n"
    )
    (use,) = uses(text)

    assert (use.identity.kind, use.identity.value) == (PrincipalKind.IAM_ROLE, "bot")
    assert (use.identity.provider, use.identity.account) == ("aws", None)
    assert (use.workload.provider, use.workload.kind) == ("aws", "aws_lambda_function")
    assert use.workload.name == "aws_lambda_function.nightly"
    origin = use.origin
    assert isinstance(origin, CodeOrigin)
    assert (origin.root, origin.directory) == ("infra", "infra")
    assert (origin.address, origin.path) == ("aws_lambda_function.nightly", "role")
    written = text.encode()[origin.span.start : origin.span.end].decode()
    assert written.strip() == "role          = aws_iam_role.bot.arn"
    assert origin.line == text[: text.index("role          =")].count("\n") + 1
    assert origin.digest == hashlib.sha256(text.encode()).hexdigest()


def test_literals_names_and_blocks() -> None:
    text = """
resource "aws_ecs_task_definition" "web" {
  family             = "web"
  task_role_arn      = "arn:aws:iam::111122223333:role/bot"
  execution_role_arn = "arn:aws:iam::111122223333:role/other"
}
resource "aws_emr_cluster" "data" {
  service_role = "bot"
}
resource "aws_apprunner_service" "api" {
  instance_configuration {
    instance_role_arn = "arn:aws:iam::111122223333:role/bot"
  }
}
resource "aws_iot_topic_rule" "many" {
  dynamic "s3" {
    for_each = ["a", "b"]
    content {
      role_arn = "arn:aws:iam::111122223333:role/${s3.value}"
    }
  }
}
"""
    assert found(text) == [
        ("other", "aws_ecs_task_definition.web", "execution_role_arn"),
        ("bot", "aws_ecs_task_definition.web", "task_role_arn"),
        ("bot", "aws_emr_cluster.data", "service_role"),
        ("bot", "aws_apprunner_service.api", "instance_configuration[0].instance_role_arn"),
        ("a", "aws_iot_topic_rule.many", "s3[0].role_arn"),
        ("b", "aws_iot_topic_rule.many", "s3[1].role_arn"),
    ]
    assert {use.identity.account for use in uses(text)} == {"111122223333", None}


PROFILES = (
    ROLE
    + """
resource "aws_iam_instance_profile" "runner" {
  name = "runner"
  role = aws_iam_role.bot.name
}
resource "aws_iam_instance_profile" "each" {
  for_each = { blue = "bot", green = "someone-else" }
  role     = each.value
}
"""
)


def test_instances_are_followed_through_their_profile() -> None:
    text = (
        PROFILES
        + """
resource "aws_instance" "named" {
  iam_instance_profile = aws_iam_instance_profile.runner.name
}
resource "aws_instance" "literal" {
  iam_instance_profile = "runner"
}
resource "aws_launch_template" "by_arn" {
  iam_instance_profile {
    arn = aws_iam_instance_profile.each["green"].arn
  }
}
resource "aws_launch_template" "by_written_arn" {
  iam_instance_profile {
    arn = "arn:aws:iam::111122223333:instance-profile/ci/runner"
  }
}
resource "aws_spot_instance_request" "by_id" {
  iam_instance_profile = "${aws_iam_instance_profile.each["blue"].id}"
}
resource "aws_instance" "of_nobody_here" {
  iam_instance_profile = "unheard-of"
}
"""
    )
    assert found(text) == [
        ("bot", "aws_instance.named", "iam_instance_profile"),
        ("bot", "aws_instance.literal", "iam_instance_profile"),
        ("someone-else", "aws_launch_template.by_arn", "iam_instance_profile[0].arn"),
        ("bot", "aws_launch_template.by_written_arn", "iam_instance_profile[0].arn"),
        ("bot", "aws_spot_instance_request.by_id", "iam_instance_profile"),
    ]


def test_every_instance_of_a_resource_and_modules_are_read() -> None:
    files = {
        "main.tf": ROLE
        + """
module "job" {
  source = "./job"
  for_each = toset(["a", "b"])
  role = aws_iam_role.bot.arn
}
""",
        "job/main.tf": """
variable "role" {}
resource "aws_glue_job" "this" {
  count    = 2
  role_arn = var.role
}
""",
    }
    assert [address for _, address, _ in found(files)] == [
        f'module.job["{key}"].aws_glue_job.this[{n}]' for key in "ab" for n in (0, 1)
    ]
    assert {name for name, _, _ in found(files)} == {"bot"}


def test_a_profile_of_another_root_is_known_by_its_name_unless_two_share_it() -> None:
    one = 'resource "aws_iam_instance_profile" "p" {\n  name = "runner"\n  role = "ROLE"\n}\n'
    user = 'resource "aws_instance" "i" {\n  iam_instance_profile = "runner"\n}\n'
    files = {"iam/main.tf": one.replace("ROLE", "bot"), "app/main.tf": user}

    assert found(files) == [("bot", "aws_instance.i", "iam_instance_profile")]
    assert found({**files, "iam2/main.tf": one.replace("ROLE", "bot-2")}) == []


def test_what_is_not_known_names_nobody() -> None:
    text = """
variable "role" {}
resource "aws_iam_role" "made_up" {
  name_prefix = "bot-"
}
resource "aws_lambda_function" "a" {
  role = var.role
}
resource "aws_lambda_function" "b" {
  role = aws_iam_role.made_up.arn
}
resource "aws_emr_cluster" "c" {
  service_role = "bot-${var.role}"
}
data "aws_lambda_function" "d" {
  role = "bot"
}
resource "aws_instance" "e" {
  iam_instance_profile = var.role
}
"""
    assert found(text) == []


def test_what_runs_as_a_service_account_of_google() -> None:
    text = """
resource "google_service_account" "ci" {
  account_id = "ci"
  project    = "acme-prod"
}
resource "google_cloud_run_v2_service" "web" {
  name     = "web"
  location = "eu"
  template {
    service_account = google_service_account.ci.email
  }
}
resource "google_compute_instance" "vm" {
  name = "vm"
  service_account {
    email  = "ci@acme-prod.iam.gserviceaccount.com"
    scopes = ["cloud-platform"]
  }
}
resource "google_cloudbuild_trigger" "build" {
  service_account = google_service_account.ci.id
}
resource "google_cloud_run_v2_job" "as_the_default" {
  name = "job"
}
"""
    assert sorted(found(text)) == [
        (CI, "google_cloud_run_v2_service.web", "template[0].service_account"),
        (CI, "google_cloudbuild_trigger.build", "service_account"),
        (CI, "google_compute_instance.vm", "service_account[0].email"),
    ]
    assert {(u.identity.account, u.workload.provider) for u in uses(text)} == {("acme-prod", "gcp")}
