"""Commands that are more than a thin wrapper: each in a module of its own, imported when it runs."""
