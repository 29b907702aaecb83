"""What pytest leaves alone here: the script, which pins threads for its own process."""

collect_ignore = ["run.py"]
