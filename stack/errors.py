"""What the stack says when it cannot do its work."""


class StackError(RuntimeError):
    """One line for the person at the terminal; it names what to look at or what to do."""
