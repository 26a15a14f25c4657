admins = ["bob"]
