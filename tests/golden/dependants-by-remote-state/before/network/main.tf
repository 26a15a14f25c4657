data "terraform_remote_state" "dns" {
  backend = "s3"
  config = {
    bucket = "states"
    key    = "dns/terraform.tfstate"
    region = "eu-central-1"
  }
}

output "zone" {
  value = data.terraform_remote_state.dns.outputs.arns
}
