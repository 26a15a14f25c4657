"""Does Terraform's own plan show what was planned, and nothing else?"""
