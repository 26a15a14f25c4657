module "sandbox" {
  source   = "./modules/sandbox"
  for_each = toset(["bob"])

  name = each.key
}
