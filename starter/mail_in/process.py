"""The process that reads the mailbox of support: stores letters as they came, then works through
them. Whatever is under way when it is killed is in the database, and the next one goes on.
"""

import asyncio
import hashlib
from datetime import UTC, datetime

import structlog

from db.database import AlreadyHeld, Database, DatabaseFailure
from db.query import present
from db.ticket import incoming_letter
from gateways.mailbox import Mailbox, MailboxAway, key_of, sender_of
from starter.commands.services import Services
from starter.mail_in.working import work_through

LOCK = 7_316_451_093
"""The number of the lock, of our own choosing."""
LOOK_SECONDS = 5.0
"""Between two looks into the mailbox."""

log = structlog.get_logger()


async def run(services: Services, mailbox: Mailbox, name: str) -> None:
    """Reads until it is cancelled; one process at a time, another one stands by."""
    while True:
        try:
            async with services.database.alone(LOCK) as holding:
                log.info("mail_in.begins")
                while True:
                    await look(services, mailbox, name)
                    await holding(LOOK_SECONDS)
        except AlreadyHeld:
            log.info("mail_in.stands_by")
        except (DatabaseFailure, MailboxAway) as error:
            log.warning("mail_in.begins_again", error=str(error))
        await asyncio.sleep(LOOK_SECONDS)


async def look(services: Services, mailbox: Mailbox, name: str) -> None:
    """Stores what is new in the mailbox, and works through what is stored."""
    while await _taken(services.database, mailbox, name):
        await work_through(services)
    await work_through(services)


async def _taken(database: Database, mailbox: Mailbox, name: str) -> int:
    """Stores the first new letters; how many there were. Raises `MailboxAway`."""
    validity = await mailbox.uid_validity()
    last = present(await database.row(incoming_letter.last_uid(name, validity))).uid
    letters = await mailbox.after(last)
    for one in letters:
        await incoming_letter.put(
            database,
            name,
            one.uid_validity,
            one.uid,
            one.content,
            is_whole=one.is_whole,
            sha256=hashlib.sha256(one.content).digest(),
            message_key=key_of(one.content),
            sender=sender_of(one.content),
            now=datetime.now(UTC),
        )
    return len(letters)
