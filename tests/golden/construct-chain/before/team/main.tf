variable "people" {
  type = set(string)
}

module "person" {
  source   = "../person"
  for_each = var.people
  name     = each.key
}

output "names" {
  value = [for person in module.person : person.name]
}
