"""The commands of `banmian`, a module each; `banmian.cli` puts them together."""
