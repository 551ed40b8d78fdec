"""One dispute of a story: who does what, the resulting status, and its dossier checked offline."""

import io
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo.case import LOOK_SECONDS, STATUS_LIMIT_SECONDS
from demo.stage import Stage
from domain.access.roles import Role
from domain.dispute.dispute import DisputeStatus
from domain.dispute.evidence import EvidenceKind
from domain.file.file import FileStatus
from simulation.api_client import Document
from simulation.billing_data import Client
from simulation.expectation import Unexpected, expect
from simulation.people import Person
from simulation.upload import picture, upload

VERIFY_SECONDS = 30
PROGRAM = "verify.py"


class Dispute:
    """A dispute. Everything is done through the API."""

    def __init__(self, stage: Stage, client: Client, complaint: Mapping[str, Any]) -> None:
        self.client = stage.cast.client(client)
        self._stage = stage
        self._title = "—"
        state = self.client.command("POST", "/v1/disputes", dict(complaint))
        self.id = str(state["id"])
        self._show(Role.CLIENT, f"disputes {complaint['invoice_number']}", state)

    def view(self) -> Document:
        """The dispute as staff read it."""
        return self._stage.cast.accountant.read(f"/v1/disputes/{self.id}")

    def act(self, person: Person, deed: str, event: str, body: Document) -> None:
        """Somebody does something with it."""
        self._show(
            person.role, event, person.command("POST", f"/v1/disputes/{self.id}/{deed}", body)
        )

    def wait(self, status: DisputeStatus, who: str, event: str) -> Document:
        """Waits until it is there."""
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        while (view := self.view())["status"] != status:
            if time.monotonic() > deadline:
                raise Unexpected(f"waiting for {self.id}", status, view["status"])
            time.sleep(LOOK_SECONDS)
        self._show(who, event, view)
        return view

    def hand_in(self, text: str, pictures: Mapping[str, int]) -> None:
        """The client writes, with pictures of a shade of grey each, by their names."""
        drawn = {name: picture(shade) for name, shade in pictures.items()}
        sent = upload(drawn, "image/png")
        files = self._stage.cast.wait(self._stage.cast.api.answer(self.client.caller, sent)).json()
        kind = EvidenceKind.SCREENSHOTS.value
        papers = [{"file_id": one["id"], "kind": kind, "about": one["name"]} for one in files]
        self.act(
            self.client,
            "reply",
            f"hands {len(files)} screenshots in",
            {"text": text, "papers": papers},
        )

    def papers_are_clean(self) -> None:
        """Waits until the scanner has read every paper."""
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        path = f"/v1/disputes/{self.id}/evidence"
        while True:
            scans = {one["scan"] for one in self._stage.cast.specialist.read(path)["papers"]}
            if scans == {FileStatus.CLEAN}:
                return
            if time.monotonic() > deadline:
                raise Unexpected(f"papers of {self.id}", FileStatus.CLEAN, scans)
            time.sleep(LOOK_SECONDS)

    def dossier(self, person: Person, export: str) -> bytes:
        """The archive of the dossier that somebody makes; the same bytes each time."""
        body = {"export": export}
        made = person.command("POST", f"/v1/disputes/{self.id}/dossiers", body)
        archive = person.download(f"/v1/dossiers/{made['id']}/archive")
        same = archive == person.download(f"/v1/dossiers/{made['id']}/archive")
        expect("the same bytes each time", True, same)
        event = f"downloads the dossier № {made['number']} ({made['title']})"
        self._stage.terminal.event(person.role, event, f"{len(archive)} bytes")
        return archive

    def check(self, archive: bytes) -> None:
        """A stranger checks a dossier offline with the published key, and sees a changed byte."""
        keys = self._stage.cast.billing.read("/v1/dossier-keys")["items"]
        whole = _verified(archive, keys[0]["public_key"])
        expect("what verify.py says of the dossier", 0, whole.returncode)
        self._stage.terminal.event(
            "court", "checks it with verify.py", whole.stdout.splitlines()[0]
        )
        damaged = bytearray(archive)
        damaged[archive.index(picture(0)) + len(picture(0)) // 2] ^= 1
        wrong = _verified(bytes(damaged), keys[0]["public_key"])
        expect("what verify.py says of a changed byte", 1, wrong.returncode)
        self._stage.terminal.event("court", "changes a byte", wrong.stderr.splitlines()[0])

    def _show(self, who: str, event: str, view: Document) -> None:
        after = view["title"]
        outcome = "" if after == self._title else f"{self._title} → {after}"
        self._title = after
        self._stage.terminal.event(who, event, outcome)


def _verified(archive: bytes, public_key: str) -> subprocess.CompletedProcess[str]:
    """The program of the archive run on the archive, with Python's own library alone."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "dossier.zip").write_bytes(archive)
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            (place / PROGRAM).write_bytes(opened.read(PROGRAM))
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", "-S", PROGRAM, "dossier.zip", public_key],
            cwd=place,
            env={},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=VERIFY_SECONDS,
            check=False,
        )
