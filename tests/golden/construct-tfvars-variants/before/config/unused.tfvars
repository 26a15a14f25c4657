nothing = ["alice"]
