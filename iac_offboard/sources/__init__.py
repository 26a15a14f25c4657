"""Code and state into observations. Read only: ``terraform`` reads configuration, ``state``
local Terraform and OpenTofu state."""
