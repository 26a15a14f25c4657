resource "google_bigquery_dataset" "sales" {
  dataset_id = "sales"

  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }

  # on loan from support
  access {
    role          = "READER"
    user_by_email = "alice@example.com"
  }

  access {
    role       = "roles/bigquery.dataViewer"
    iam_member = "user:alice@example.com"
  }
}

locals {
  readers = ["alice@example.com", "bob@example.com"]
}

resource "google_bigquery_dataset" "events" {
  dataset_id = "events"

  dynamic "access" {
    for_each = local.readers
    content {
      role          = "READER"
      user_by_email = access.value
    }
  }
}

resource "google_bigquery_dataset_access" "alice" {
  dataset_id    = "raw"
  role          = "WRITER"
  user_by_email = "alice@example.com"
}
