"""An address that somebody has typed for letters."""

from domain.notification.mail_address import AddressMalformed, ascii_address
from starter.commands.refusal import FieldError, invalid

EMAIL_FORMAT = "email_format"


def checked_address(address: str, *, pointer: str | None = None, field: str | None = None) -> str:
    """The address as it was typed; raises `Refusal` beside its field where no letter can arrive."""
    try:
        ascii_address(address)
    except AddressMalformed:
        raise invalid(FieldError(EMAIL_FORMAT, pointer=pointer, field=field)) from None
    return address
