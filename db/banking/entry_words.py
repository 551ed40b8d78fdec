"""The words that bank entries are found by at the desk."""

from typing import Final
from uuid import UUID

from db.banking.bank_statement import COPY_TIMEOUT_MS
from db.database import Database
from db.words import ENTRY_WORDS

_NOTE: Final = f"""
INSERT INTO bank_entry_words
SELECT id, day, {ENTRY_WORDS} FROM bank_entries AS entry
 WHERE statement_id = %s
   AND NOT EXISTS (SELECT FROM bank_entry_words AS noted WHERE noted.entry_id = entry.id)
ON CONFLICT DO NOTHING
""".encode()  # noqa: S608 - our own names


async def note(database: Database, statement_id: UUID) -> None:
    """Notes the words of a statement's entries, of each once."""
    async with database.copying(COPY_TIMEOUT_MS) as connection:
        await connection.execute(_NOTE, (statement_id,))
