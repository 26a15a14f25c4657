variable "people" {
  type    = list(string)
  default = ["alice", "bob"]
}

module "person" {
  source = "./person"
  count  = length(var.people)

  name = var.people[count.index]
}
