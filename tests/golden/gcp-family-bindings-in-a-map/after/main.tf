# One binding per role, and the leaver in several: the map says who, the block makes them.
locals {
  bindings = {
    "roles/viewer"        = ["user:al@example.com", "group:staff@example.com"]
    "roles/run.developer" = ["user:bob@example.com"]
    # On call at night.
    "roles/logging.viewer" = [
      "user:bob@example.com",
    ]
  }
}

resource "google_project_iam_binding" "of_a_role" {
  for_each = local.bindings
  project  = "acme-prod"
  role     = each.key
  members  = each.value
}

resource "google_project_iam_member" "bob_until_easter" {
  project = "acme-prod"
  role    = "roles/viewer"
  member  = "user:bob@example.com"

  condition {
    title      = "until easter"
    expression = "request.time < timestamp(\"2026-04-05T00:00:00Z\")"
  }
}
