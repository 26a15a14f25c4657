"""The user's own Terraform or OpenTofu: found and run, in the user's own environment."""
