# One binding per role, and the leaver in several: the map says who, the block makes them.
locals {
  bindings = {
    "roles/viewer"        = ["user:alice@example.com", "user:al@example.com", "group:staff@example.com"]
    "roles/browser"       = ["user:alice@example.com"]
    "roles/run.developer" = ["user:bob@example.com"]
    # On call at night.
    "roles/logging.viewer" = [
      "user:bob@example.com",
      "user:alice@example.com",
    ]
  }
}

resource "google_project_iam_binding" "of_a_role" {
  for_each = local.bindings
  project  = "acme-prod"
  role     = each.key
  members  = each.value
}

# Several roles in one block, one by one.
resource "google_folder_iam_member" "of_a_person" {
  for_each = toset(["roles/viewer", "roles/browser"])
  folder   = "456"
  role     = each.value
  member   = "user:alice@example.com"
}

# With their conditions: two bindings of one role are two.
resource "google_project_iam_member" "until_easter" {
  project = "acme-prod"
  role    = "roles/viewer"
  member  = "user:alice@example.com"

  condition {
    title      = "until easter"
    expression = "request.time < timestamp(\"2026-04-05T00:00:00Z\")"
  }
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
