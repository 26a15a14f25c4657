by_file = ["bob", "alice"]
