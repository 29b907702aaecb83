"""What pytest leaves alone here: the script that runs for minutes."""

collect_ignore = ["run.py"]
