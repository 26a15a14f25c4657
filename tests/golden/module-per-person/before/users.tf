module "alice" {
  source   = "./modules/user"
  username = "alice"
  groups   = ["developers"]
}

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
