"""Would a plan of Terraform bring a leaver back? Pure: changes and matches to what is found."""
