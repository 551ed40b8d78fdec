"""Files as they are once the scanner has found them clean."""

import hashlib
from datetime import UTC, datetime

from db.database import Database
from db.file import scan
from domain.file.file import FileStatus, Verdict
from domain.file.preview import Preview
from tests.scans import picture
from tests.starter.caller import Api


async def clean_picture(api: Api, database: Database, client_id: str) -> str:
    """The id of a client's picture, which has a preview."""
    content = picture("PNG")
    sent = [("file", ("снимок.png", content))]
    handed_in = await api.call("POST", "/v1/files", client_id=client_id, files=sent)
    verdict, shown = Verdict(FileStatus.CLEAN, "clamd"), Preview(20, 20, picture("JPEG"))
    digest = hashlib.sha256(content).hexdigest()
    await scan.settle(database, digest, verdict, datetime.now(UTC), shown)
    return str(handed_in.json()[0]["id"])
