"""What a page looks like outside of the program: one module a format, each of pure functions."""


class FormatError(ValueError):
    """Something that was to be read is not in the format that it should be in; the message says where and what."""
