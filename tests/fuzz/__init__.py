"""The hunt for inputs that crash banmian."""
