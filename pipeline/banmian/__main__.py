"""`python -m banmian` is the command `banmian`, for where that is not on the path."""

from banmian.cli import app

app(prog_name="banmian")
