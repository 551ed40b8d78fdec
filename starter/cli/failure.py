"""The error of a command of the command line."""


class CommandFailed(Exception):  # noqa: N818  the name says what is the matter
    """One line for a person: what could not be done, and why."""
