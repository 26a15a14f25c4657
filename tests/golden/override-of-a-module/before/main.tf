module "a" {
  source = "./m"
  name   = "x"
}
