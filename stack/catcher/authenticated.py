"""What a receiving server adds to each letter: whether its sender is who it says (RFC 8601).

The sandbox has no DNS to ask: the sender of the envelope is believed, as one that SPF lets send,
and From is confirmed where it is of the same domain. So whoever writes in somebody else's name from
a mailbox of its own is told from them, as by a real server.
"""

import re
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from typing import Final

AUTHSERV_ID: Final = "mx.kopeyka.example"
HEADER: Final = "Authentication-Results"
_NO_PART_OF_A_DOMAIN: Final = re.compile(r"[^a-z0-9.-]")


def with_results(envelope_sender: str, content: bytes) -> bytes:
    """The letter with the header on top."""
    said = str(BytesHeaderParser().parsebytes(content).get("From", ""))
    sender, own = _domain(envelope_sender), _domain(parseaddr(said)[1])
    spf = f"spf=pass smtp.mailfrom={sender}" if sender else "spf=none"
    dmarc = "pass" if sender and sender == own else "fail"
    results = f"{HEADER}: {AUTHSERV_ID}; {spf}; dmarc={dmarc} header.from={own or 'none'}\r\n"
    return results.encode() + content


def _domain(address: str) -> str:
    """The domain of an address, without a sign that could be read as another result."""
    return _NO_PART_OF_A_DOMAIN.sub("", address.rpartition("@")[2].lower())
