by_file = ["bob"]
