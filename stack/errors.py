"""What the stack says when it cannot do its work."""


class StackError(RuntimeError):
    """One line for the person at the terminal; it names what to look at or what to do.

    `exit_code` is what `python -m stack` ends with.
    """

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
