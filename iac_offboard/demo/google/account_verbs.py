"""Service accounts (IAM v1): create, get, list, patch, disable, enable, delete, undelete."""

from __future__ import annotations

import base64
import re

from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.entities import CRM, ServiceAccount
from iac_offboard.demo.google.refusals import denied, exists, invalid, not_found
from iac_offboard.demo.google.roles import permission_of
from iac_offboard.demo.google.wire import Json

PREFIX = "iam.projects.serviceAccounts"
_ACCOUNT_ID = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])")


def account_of(call: Call, name: str) -> ServiceAccount:
    """The account that ``projects/P/serviceAccounts/(E-MAIL|UNIQUE ID)`` means; P may be ``-``.

    Raises:
        ApiError: 404 as IAM words it.
    """
    found = re.match(r"projects/([^/]+)/serviceAccounts/([^/]+)", name)
    project, text = found.groups() if found else ("", "")
    project = call.world.by_number[project].id if project in call.world.by_number else project
    account = call.world.accounts.find(text)
    if account is None or account.deleted_at or project not in {"-", account.project}:
        raise not_found(f"Service account {name}")
    return account


def shown(account: ServiceAccount) -> Json:
    document: Json = {
        "name": f"projects/{account.project}/serviceAccounts/{account.email}",
        "projectId": account.project,
        "uniqueId": account.unique_id,
        "email": account.email,
        "etag": base64.b64encode(b"\x03").decode(),
        "oauth2ClientId": account.client_id,
    }
    if account.display_name:
        document["displayName"] = account.display_name
    if account.description:
        document["description"] = account.description
    if account.disabled:
        document["disabled"] = True
    return document


@handles(f"{PREFIX}.create")
def create(call: Call) -> Json:
    project = call.world.resources.get(call.place)
    if project is None:
        raise denied(permission_of(call.method.id), call.place.removeprefix(CRM))
    account_id, said = str(call.body.get("accountId", "")), call.body.get("serviceAccount", {})
    if not (_ACCOUNT_ID.fullmatch(account_id) and 6 <= len(account_id) <= 30):
        text = "Invalid service account ID: 6 to 30 lower-case letters, digits and dashes."
        raise invalid(text, "account_id")
    email = f"{account_id}@{project.project}.iam.gserviceaccount.com"
    if email in call.world.accounts.by_email:
        raise exists(f"Service account {account_id}")
    made = call.world.accounts.create(project.project, account_id)
    made.display_name = said.get("displayName", "")
    made.description = said.get("description", "")
    return shown(made)


@handles(f"{PREFIX}.get")
def get(call: Call) -> Json:
    return shown(account_of(call, call.param("name")))


@handles(f"{PREFIX}.list")
def list_(call: Call) -> Json:
    project = call.resource()
    accounts, more = call.page(call.world.accounts.of_project(project.project), 20, 100)
    return {"accounts": [shown(a) for a in accounts], **more} if accounts else {}


@handles(f"{PREFIX}.patch")
def patch(call: Call) -> Json:
    account, said = account_of(call, call.param("name")), call.body.get("serviceAccount", {})
    mask = str(call.body.get("updateMask", "")).replace("display_name", "displayName").split(",")
    if not any(mask):
        raise invalid("An update mask is required.", "update_mask")
    for field in mask:
        match field.strip():
            case "displayName":
                account.display_name = said.get("displayName", "")
            case "description":
                account.description = said.get("description", "")
            case other:
                raise invalid(f"Field {other} cannot be updated.", "update_mask")
    return shown(account)


@handles(f"{PREFIX}.update")
def update(call: Call) -> Json:
    account = account_of(call, call.param("name"))
    account.display_name = call.body.get("displayName", "")
    return shown(account)


@handles(f"{PREFIX}.disable")
def disable(call: Call) -> Json:
    account_of(call, call.param("name")).disabled = True
    return {}


@handles(f"{PREFIX}.enable")
def enable(call: Call) -> Json:
    account_of(call, call.param("name")).disabled = False
    return {}


@handles(f"{PREFIX}.delete")
def delete(call: Call) -> Json:
    call.world.accounts.delete(account_of(call, call.param("name")))
    return {}


@handles(f"{PREFIX}.undelete")
def undelete(call: Call) -> Json:
    """By the unique ID: an e-mail may have been taken by another account since."""
    name = call.param("name")
    account = call.world.accounts.undelete(name.rpartition("/")[2])
    if account is None:
        raise not_found(f"Deleted service account {name}")
    return {"restoredAccount": shown(account)}
