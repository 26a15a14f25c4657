"""The rules of the SARIF report, and which of them a finding breaks."""

from __future__ import annotations

from iac_offboard.model import Binding, Finding, FindingStatus, Relation

RULES = {
    "OFB001": "Live binding of a leaver",
    "OFB002": "Binding of a leaver declared in code",
    "OFB003": "Binding of a leaver in state only",
    "OFB004": "Unmanaged live binding of a leaver",
    "OFB005": "Long-lived credential of a leaver",
    "OFB006": "Trust or federation that names or covers a leaver",
    "OFB007": "Identity of a leaver that others share",
    "OFB008": "Plan that brings a leaver back",
    "OFB012": "Role of an account of a leaver that was deleted",
    "OFB013": "Scope that could not be read",
    "OFB014": "Ambiguous subject",
    "OFB015": "Binding of a leaver that came back",
    "OFB016": "Patch that does something else than what was planned",
}
_BY_STATUS = {
    FindingStatus.MANAGED: "OFB001",
    FindingStatus.CODE_ONLY: "OFB002",
    FindingStatus.DECLARED: "OFB002",
    FindingStatus.STATE_ONLY: "OFB003",
    FindingStatus.UNMANAGED: "OFB004",
    FindingStatus.RETURNED: "OFB015",
}


def rule(finding: Finding) -> str:
    """The rule that a finding breaks."""
    if finding.status is FindingStatus.RETURNED:
        return _BY_STATUS[finding.status]
    if finding.binding.relation is Relation.CREDENTIAL:
        return "OFB005"
    if finding.covered or finding.binding.relation in (Relation.TRUST, Relation.FEDERATION):
        return "OFB006"
    if finding.shared:
        return "OFB007"
    return "OFB012" if _dangles(finding.binding) else _BY_STATUS[finding.status]


def _dangles(binding: Binding) -> bool:
    """Of the members of Google's policies only a deleted one bears an id (``deleted:...?uid=``)."""
    member = binding.relation is Relation.GRANT and binding.principal.provider == "gcp"
    return member and binding.principal.stable_id is not None
