"""A Google Cloud that behaves: an HTTP server whose routes are the bundled discovery documents.

``GoogleServer`` runs it in threads of this process; ``python -m iac_offboard.demo.google`` as a
process of its own. The real google-api-python-client and the real Terraform provider talk to it.
Nothing here is for production.

    with GoogleServer() as server:
        world = server.world
        world.organization("123", domain="acme.example")
        world.folder("456", parent="organizations/123")
        world.project("acme-prod", parent="folders/456")
        ci = world.service_account("acme-prod", "deploy-ci")      # .email, .unique_id, .disabled
        key = world.key(ci.email)                                  # .id, .last_use, .disabled
        world.user("alice@acme.example")
        world.group("devs@acme.example", ["alice@acme.example"])   # nested: a group's e-mail
        world.bucket("acme-logs", "acme-prod")
        topic = "//pubsub.googleapis.com/projects/acme-prod/topics/t"
        world.resource(topic, "pubsub.googleapis.com/Topic", data={})
        world.grant("projects/acme-prod", "roles/viewer", "user:alice@acme.example")
        world.grant(topic, "roles/pubsub.admin", "group:devs@acme.example", {"title": "t",
            "expression": 'request.time < timestamp("2030-01-01T00:00:00Z")'})
        world.policy("gs://acme-logs"); world.revoke(place, role, member)
        pool = world.pool("acme-prod", "github"); world.provider(pool, "gh", mapping={...},
            condition="assertion.repository == 'acme/app'")
        world.delete_user(email); world.undelete_user(email); world.deny_policy(place, id, rules)
        environment = server.environment(directory)   # endpoint variables, administrator's key
        server.token("user:alice@acme.example")       # a bearer token, for probes
        server.endpoint("storage")                    # client_options.api_endpoint
        server.write_key_file(path, ci.email, key.id) # credentials file of one key
        server.external_credential(provider, {"sub": ..., "repository": ...})  # for sts/v1/token
        server.refresh_token("alice@acme.example")    # a user's long-lived grant, for /token
        world.roles["organizations/123/roles/r"] = {"name": ..., "includedPermissions": [...]}
        world.group_administrators.add("user:bob@acme.example")   # may use Cloud Identity
        world.log("projects/acme-prod", payload)      # changes through the APIs are logged anyway
        server.clock.advance(3600)
        server.requests["cloudasset.searchAllIamPolicies"]; server.calls; server.reset()
        server.faults.deny("cloudresourcemanager.projects.getIamPolicy", "acme-prod")
        server.faults.throttle("cloudasset.*", times=2, retry_after=1)       # 429
        server.faults.fail("storage.*", times=1); server.faults.cut("iam.*") # 503, no answer
        server.faults.before("cloudresourcemanager.projects.setIamPolicy", hook)
        server.faults.disable_api("cloudasset.googleapis.com")
        server.faults.policy_delay = 420; server.faults.search_delay = 600; .group_delay

A place is spelled ``projects/P``, ``folders/1``, ``organizations/1``, ``gs://BUCKET``, the
e-mail of a service account, or a full resource name. Administrators (``world.administrators``,
members) may do everything; any other caller what allow and deny policies say. What is not real:
no resource exists behind the policies of services without handlers of their own; predefined roles
are the few of ``roles.py``; changes are long-running operations that are done at once.
"""

from __future__ import annotations

from iac_offboard.demo.google.server import GoogleServer
from iac_offboard.demo.google.world import World

__all__ = ["GoogleServer", "World"]
