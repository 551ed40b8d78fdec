"""The process that reads one letter: `python -m gateways.mailbox.apart < letter`.

It prints what `said_of` makes of it. If it ends otherwise, the letter takes more than a letter may.
"""

import sys

from domain.ticket.mail import LETTER_BYTES
from gateways.confined import confine
from gateways.mailbox.letter import read_letter
from gateways.mailbox.reader import said_of


def main() -> int:
    """Reads the letter and prints what it says."""
    confine()
    letter = read_letter(sys.stdin.buffer.read(LETTER_BYTES + 1))
    sys.stdout.buffer.writelines(said_of(letter))
    return 0


if __name__ == "__main__":
    sys.exit(main())
