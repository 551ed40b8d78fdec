"""What the stack says when it cannot do its work."""


class StackError(RuntimeError):
    """One line for the person at the terminal; it names what to look at or what to do."""

    exit_code = 1
    """What `python -m stack` ends with."""


class CommandRefused(StackError):  # noqa: N818  the name says what is the matter
    """What one of our own commands said when it could not do its work: no log says more."""

    exit_code = 2
    """As of the command itself."""
