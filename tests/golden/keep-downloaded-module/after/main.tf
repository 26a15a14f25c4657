module "staff" {
  source  = "example.com/people/staff/aws"
  version = "2.1.0"
}
