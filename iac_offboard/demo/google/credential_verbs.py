"""IAM Service Account Credentials (v1): short-lived tokens by impersonation."""

from __future__ import annotations

import re
from datetime import timedelta

from iac_offboard.demo.google.account_verbs import account_of
from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.refusals import denied, invalid, precondition
from iac_offboard.demo.google.wire import Json

LONGEST = 43_200  # 12 h, where the organization policy extends it; else 1 h


@handles("iamcredentials.projects.serviceAccounts.generateAccessToken")
def generate_access_token(call: Call) -> Json:
    """The caller was checked for ``iam.serviceAccounts.getAccessToken`` on the account."""
    account = account_of(call, call.param("name"))
    if not call.body.get("scope"):
        raise invalid("Scope is required.", "scope")
    if account.disabled:
        raise precondition("Service account is disabled.")
    if call.body.get("delegates"):
        raise denied("iam.serviceAccounts.implicitDelegation", account.resource.name)
    text = str(call.body.get("lifetime") or "3600s")
    found = re.fullmatch(r"(\d+)s", text)
    longest = LONGEST if call.world.extended_lifetime else 3600
    if not found or not 0 < int(found.group(1)) <= longest:
        raise invalid(f"Invalid lifetime {text}: at most {longest} seconds.", "lifetime")
    token = call.tokens.of_account(account.email, timedelta(seconds=int(found.group(1))))
    account.last_use = call.world.clock.now()
    return {"accessToken": token.text, "expireTime": stamp(token.expires)}
