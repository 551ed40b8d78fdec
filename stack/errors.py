"""The errors of the stack."""


class StackError(RuntimeError):
    """One line for the person at the terminal, which says what to look at or what to do."""

    exit_code = 1
    """The exit code of `python -m stack`."""


class CommandRefused(StackError):  # noqa: N818  the name says what is the matter
    """The error line of one of our own commands; its log has nothing more."""

    exit_code = 2
    """The exit code of the command itself."""
