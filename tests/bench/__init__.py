"""The benchmark, and the measuring of accuracy."""
