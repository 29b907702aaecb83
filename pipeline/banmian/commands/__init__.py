"""Commands that have a module of their own. `banmian.cli` puts them together."""
