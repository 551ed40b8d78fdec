"""Entries put aside on the disk while a file is checked, so that each document is parsed once."""

from collections.abc import Iterator
from datetime import date
from tempfile import TemporaryFile
from typing import Final

from domain.bank_statement import EntryDirection, StatementEntry

# Neither is in any text: the codec makes a space of every sign that cannot be printed.
_BETWEEN_FIELDS: Final = "\x1f"
_END: Final = "\n"


class Spool:
    """What has been read, in the order of the file; as much disk as the entries need, no memory."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - it lives as long as the reading

    def put(self, entry: StatementEntry) -> None:
        """Add an entry; its ordinal is not kept."""
        written = _BETWEEN_FIELDS.join(
            (
                entry.account,
                entry.direction.value,
                entry.day.isoformat(),
                entry.number,
                str(entry.amount_kopecks),
                entry.counterparty_name,
                entry.counterparty_inn or "",
                entry.counterparty_account or "",
                entry.counterparty_bic or "",
                entry.purpose,
                str(entry.line),
            )
        )
        self._file.write(f"{written}{_END}".encode())

    def entries(self) -> Iterator[StatementEntry]:
        """All of them, from the first."""
        self._file.seek(0)
        for line in self._file:
            yield _entry(line.decode().removesuffix(_END).split(_BETWEEN_FIELDS))

    def close(self) -> None:
        """Forget them."""
        self._file.close()


def _entry(fields: list[str]) -> StatementEntry:
    account, direction, day, number, kopecks, name, inn, other, bic, purpose, line = fields
    return StatementEntry(
        account=account,
        direction=_DIRECTIONS[direction],
        day=date.fromisoformat(day),
        number=number,
        amount_kopecks=int(kopecks),
        counterparty_name=name,
        counterparty_inn=inn or None,
        counterparty_account=other or None,
        counterparty_bic=bic or None,
        purpose=purpose,
        line=int(line),
    )


_DIRECTIONS: Final = {direction.value: direction for direction in EntryDirection}
