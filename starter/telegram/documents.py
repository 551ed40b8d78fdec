"""Files of tickets as Telegram is sent them: a picture as one, anything else as a document.

Only what the scanner found clean leaves us.
"""

from typing import Any

import structlog

from db.database import Database
from db.file.store import pieces
from db.query import present
from db.ticket.telegram_outbox import DOCUMENT, OutgoingRow
from domain.file.file import FileStatus
from domain.file.kind import FileKind
from domain.file.name import name_as
from domain.ticket.telegram import PHOTO_BYTES
from gateways.telegram import SentFile, TelegramBlocked, TelegramGateway, TelegramRefused
from starter.telegram.answers import caption_of

PHOTO = "sendPhoto"

log = structlog.get_logger()


def is_given_out(one: OutgoingRow) -> bool:
    """Whether it is a file that may leave us."""
    return one.method == DOCUMENT and one.file_status == FileStatus.CLEAN


async def send_document(database: Database, gateway: TelegramGateway, one: OutgoingRow) -> Any:
    """Sends a file; a picture that Telegram does not take as one goes as a document.

    Raises the errors of the gateway, and `LookupError` where the file was erased meanwhile.
    """
    stored = pieces(database, present(one.file_sha256), present(one.file_bytes))
    content = b"".join([piece async for piece in stored])
    said = {"chat_id": str(one.chat_id), "caption": caption_of(one)}
    name = name_as(present(one.file_name), FileKind(present(one.file_type)))
    if one.preview_width is not None and len(content) <= PHOTO_BYTES:
        try:
            photo = SentFile("photo", name, content, present(one.file_type))
            return await gateway.upload(PHOTO, said, photo)
        except TelegramBlocked:
            raise
        except TelegramRefused as refused:
            log.info("telegram.no_photo", outgoing=one.id, code=refused.code)
    document = SentFile("document", name, content, present(one.file_type))
    return await gateway.upload(DOCUMENT, said, document)
