"""What this tool itself puts into AWS, by name.

Those who read have to know it as well: our own deny is no reason to believe that a leaver could
never do something.
"""

from __future__ import annotations

QUARANTINE_GROUP = "iac-offboard-quarantine"
QUARANTINE_POLICY = "iac-offboard-deny-all"
DENY_PREFIX = "iac-offboard-deny-"


def is_our_policy(name: str) -> bool:
    """Whether an inline policy of that name is a deny of ours."""
    return name.startswith(DENY_PREFIX)
