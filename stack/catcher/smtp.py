"""The SMTP side: takes letters of every sender to every recipient, without a login."""

from aiosmtpd.smtp import SMTP, Envelope, Session

from stack.catcher.authenticated import with_results
from stack.catcher.letters import Letters

TAKEN = "250 OK"
MAX_LETTER_BYTES = 32 * 1024 * 1024


class Receiver:
    """What aiosmtpd calls with a whole letter."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        """The answer to the sender."""
        content = envelope.content
        assert isinstance(content, bytes)
        letter = with_results(envelope.mail_from or "", content)
        self._letters.add(envelope.rcpt_tos, letter)
        return TAKEN


def smtp_protocol(letters: Letters, host: str) -> SMTP:
    """For one connection."""
    return SMTP(
        Receiver(letters), hostname=host, enable_SMTPUTF8=True, data_size_limit=MAX_LETTER_BYTES
    )
