# In the root that has the role nothing only refers to it.
output "deployer" {
  value = "arn:aws:iam::111122223333:role/deployer"
}
