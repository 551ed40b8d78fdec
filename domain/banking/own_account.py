"""Our own bank accounts: what becomes of one."""

from enum import StrEnum


class AccountChange(StrEnum):
    """A change of an account that its history keeps."""

    WRITTEN = "written"
    CLOSED = "closed"
    OPENED = "opened"
