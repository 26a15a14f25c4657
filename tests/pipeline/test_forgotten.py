"""What a `removed` block forgets is said when it is a leaver's."""

from __future__ import annotations

import json
from pathlib import Path

from iac_offboard.model import Alias, AliasKind, NoteKind, Subject, SubjectKind
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import run_scan

LEAVER = Subject(
    id="leaver-2041",
    kind=SubjectKind.PERSON,
    left_at=None,
    aliases=(Alias(kind=AliasKind.USER_NAME, value="alice"),),
)
FORGETS = """\
removed {
  from = aws_iam_user.lead
  lifecycle {
    destroy = false
  }
}
removed {
  from = module.people.aws_iam_user.alice
  lifecycle {
    destroy = false
  }
}
removed {
  from = aws_iam_user.bob
  lifecycle {
    destroy = false
  }
}
removed {
  from = aws_iam_user.alice
  lifecycle {
    destroy = true
  }
}
"""


def test_by_the_name_of_the_block_or_by_a_state(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(FORGETS, encoding="utf-8")
    user = {"name": "alice", "arn": "arn:aws:iam::111122223333:user/alice"}
    resource = {
        "mode": "managed",
        "type": "aws_iam_user",
        "name": "lead",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 0, "attributes": user}],
    }
    state = {"version": 4, "serial": 1, "lineage": "x", "resources": [resource]}
    (tmp_path / "terraform.tfstate").write_text(json.dumps(state), encoding="utf-8")
    assert _forgotten(tmp_path, ()) == {"main.tf:8": "module.people.aws_iam_user.alice"}
    assert _forgotten(tmp_path, (str(tmp_path / "terraform.tfstate"),)) == {
        "main.tf:2": "aws_iam_user.lead",
        "main.tf:8": "module.people.aws_iam_user.alice",
    }


def _forgotten(top: Path, states: tuple[str, ...]) -> dict[str, str]:
    request = Request(subjects="", terraform=(str(top),), states=states)
    notes = run_scan(request, subjects=(LEAVER,)).collected.notes
    found = [n for n in notes if n.kind is NoteKind.FORGOTTEN]
    assert all("nothing dies of that" in n.text for n in found)
    return {Path(n.where).name: n.text.partition(" ")[0] for n in found}
