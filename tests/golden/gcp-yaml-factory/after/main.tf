# A factory: one file per project, and whoever is listed in it gets the role.
locals {
  files    = fileset("${path.module}/data", "*.yaml")
  projects = { for f in local.files : trimsuffix(f, ".yaml") => yamldecode(file("${path.module}/data/${f}")) }

  bindings = merge([
    for name, project in local.projects : {
      for role, members in project.iam : "${name}/${role}" => { project = name, role = role, members = members }
    }
  ]...)

  additive = flatten([
    for name, project in local.projects : [
      for one in try(project.iam_additive, []) : { project = name, role = one.role, member = one.member }
    ]
  ])
}

resource "google_project_iam_binding" "authoritative" {
  for_each = local.bindings
  project  = each.value.project
  role     = each.value.role
  members  = each.value.members
}

resource "google_project_iam_member" "additive" {
  for_each = { for one in local.additive : "${one.project}/${one.role}/${one.member}" => one }
  project  = each.value.project
  role     = each.value.role
  member   = each.value.member
}
