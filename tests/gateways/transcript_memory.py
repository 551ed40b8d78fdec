"""Prints how many KiB of memory a process has more after two transcripts, and after ten more:
`python -m tests.gateways.transcript_memory`.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from domain.ticket.transcript import Transcript, TranscriptMessage
from gateways.documents import ticket_transcript_pdf

AT = datetime(2026, 3, 2, 21, 5, tzinfo=UTC)
MESSAGES = 200
PROCESS_STATUS = Path("/proc/self/status")


def transcript(number: int) -> Transcript:
    """Of some twenty pages, none of which another one has."""
    texts = [
        f"{number}-{place} " + f"слово {number} и дело {place} " * 4 for place in range(MESSAGES)
    ]
    messages = tuple(TranscriptMessage(AT, False, "ivanova", text, number) for text in texts)
    return Transcript(number, "Возврат", "ООО «Ромашка»", "Поддержка", (), messages)


def resident_kib() -> int:
    """What this process has in memory now."""
    (line,) = [one for one in PROCESS_STATUS.read_text().splitlines() if "VmRSS" in one]
    return int(line.split()[1])


def main() -> None:
    """Prints both."""
    before = resident_kib()
    for number in (1, 2):
        ticket_transcript_pdf(transcript(number))
    first = resident_kib() - before
    for number in range(3, 13):
        ticket_transcript_pdf(transcript(number))
    sys.stdout.write(f"{first} {resident_kib() - before}\n")


if __name__ == "__main__":
    main()
