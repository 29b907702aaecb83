"""Commands that `banmian.cli` registers: one module a command."""
