admins = ["carol"]
lead   = "alice"
