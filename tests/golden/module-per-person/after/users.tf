module "bob" {
  source   = "./modules/user"
  username = "bob"
  groups   = ["developers"]
}

# Last but not least
module "carol" {
  source   = "./modules/user"
  username = "carol"
}
