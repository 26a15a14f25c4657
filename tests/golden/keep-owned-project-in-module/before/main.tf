module "sandbox" {
  source   = "./modules/sandbox"
  for_each = toset(["alice", "bob"])

  name = each.key
}
