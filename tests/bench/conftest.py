"""What pytest leaves alone here: the scripts, which pin threads for their own process."""

collect_ignore = ["run.py", "search.py"]
