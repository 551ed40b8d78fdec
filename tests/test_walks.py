"""The walk-throughs of docs/, walked as they stand: their commands against a running stack, and
their dates on other days.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from shutil import which
from typing import Any

import httpx2
import pytest

from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from domain.money import unused_days, unused_share
from stack.embedded import Stack
from stack.env_file import exports
from stack.folders import CHECKOUT
from stack.mailbox import plain_text
from starter.api.http.auth import Caller, development_token
from tests.patience import PATIENCE_SECONDS

REQUEST = CHECKOUT / "docs/first-request.md"
SUBSCRIPTION = CHECKOUT / "docs/first-subscription.md"
WALKS = (REQUEST, SUBSCRIPTION)
TELL_THE_STACK = 'eval "$(.venv/bin/python -m stack env)"'
TYPED_CODE = re.compile(r"^CODE=\d+$", re.MULTILINE)
FAIL_LOUDLY = (
    'set -euo pipefail\ncurl() { command curl --silent --show-error --fail-with-body "$@"; }\n'
)
LONE_CODE = re.compile(r"^\s*(\d{6})\s*$", re.MULTILINE)
COMMANDS_LIMIT_SECONDS = 60
PRICE_KOPECKS, GOES_BACK_KOPECKS = 12_200_50, 9_693_55
"""Of docs/first-request.md; the vector of 75 used days out of 365."""
MOMENTS = (
    "2026-11-29 20:59:59Z",  # the last second of a Moscow day
    "2026-11-29 21:00:00Z",
    "2026-12-31 20:59:00Z",
    "2026-12-31 23:30:00Z",  # next year in Moscow, not yet in UTC
    "2027-03-16 06:00:00Z",
    "2028-02-28 22:00:00Z",  # 29 February in Moscow
    "2028-12-31 12:00:00Z",
    "2033-05-01 00:00:00Z",
)


def blocks_of(document: Path) -> list[str]:
    """The shell of a document, block by block."""
    return re.findall(r"^```sh\n(.*?)^```", document.read_text("utf-8"), re.DOTALL | re.MULTILINE)


@dataclass
class Walker:
    """Somebody who types block after block of the documents into one terminal."""

    stack: Stack
    folder: Path

    def types(self, block: str) -> None:
        """One block; what it sets stays for the next. A command that fails fails the test."""
        kept = self.folder / "variables"
        before = f"source {shlex.quote(str(kept))}\n" if kept.exists() else ""
        told = block.replace(TELL_THE_STACK, exports(self.stack.environment))
        script = (
            f"{before}{FAIL_LOUDLY}set -a\n{told}\nset +a\nexport -p > {shlex.quote(str(kept))}\n"
        )
        done = subprocess.run(  # noqa: S603 - our own documents
            ["bash", "-c", script],  # noqa: S607 - the reader's own shell
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            capture_output=True,
            text=True,
            timeout=COMMANDS_LIMIT_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"

    def variable(self, name: str) -> str:
        """What a block has set."""
        (value,) = re.findall(
            rf'^declare -x {name}="([^"]*)"$', (self.folder / "variables").read_text(), re.MULTILINE
        )
        return str(value)

    def mailed_code(self) -> str:
        """The one-time code, where a reader would find it."""

        def is_ours(letter: EmailMessage) -> bool:
            said = plain_text(letter)
            return self.variable("CASE") in said and LONE_CODE.search(said) is not None

        letter = self.stack.mailbox.wait_for(is_ours, PATIENCE_SECONDS)
        found = LONE_CODE.search(plain_text(letter))
        assert found is not None
        return found[1]

    def read(self, path: str) -> dict[str, Any]:
        """What the API says of a thing to its client."""
        key = self.stack.environment["KOPEYKA_DEVELOPMENT_KEY"]
        token = development_token(key, Caller("buh", Role.CLIENT, "romashka"), 600)
        answer = httpx2.get(
            f"{self.stack.api_url}{path}", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def until(self, path: str, *statuses: str) -> dict[str, Any]:
        """The case once it is there."""
        found = self.read(path)
        deadline = datetime.now(UTC) + timedelta(seconds=PATIENCE_SECONDS)
        while found["status"] not in statuses and datetime.now(UTC) < deadline:
            found = self.read(path)
        assert found["status"] in statuses
        return found


@pytest.fixture(scope="module")
def walker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    with Stack.fresh() as stack:
        yield Walker(stack, tmp_path_factory.mktemp("walk"))


def test_both_documents_walk_from_a_client_to_a_refund_and_a_paid_term_and_once_more(
    walker: Walker,
) -> None:
    for _ in range(2):
        _walk_the_request(walker)
        _walk_the_subscription(walker)


def _walk_the_request(walker: Walker) -> None:
    for block in blocks_of(REQUEST):
        typed = TYPED_CODE.search(block)
        code = f"CODE={walker.mailed_code()}" if typed else ""
        walker.types(TYPED_CODE.sub(code, block))
    case = walker.until(f"/v1/refunds/{walker.variable('CASE')}", "completed")
    assert (case["title"], case["amount"]) == ("Завершено", "9693.55")
    assert (walker.folder / "statement.pdf").read_bytes().startswith(b"%PDF-")


def _walk_the_subscription(walker: Walker) -> None:
    for block in blocks_of(SUBSCRIPTION):
        walker.types(block)
    case = walker.until(f"/v1/renewals/{walker.variable('RENEWAL')}", "paid")
    begins = date.fromisoformat(walker.variable("ENDS")) + timedelta(days=1)
    assert (case["title"], case["next_term"]["starts_on"]) == ("Оплачено", begins.isoformat())
    shown = (walker.folder / "payment-order-shown.pdf").read_bytes()
    assert shown == (walker.folder / "invoice.pdf").read_bytes()


@pytest.mark.parametrize("document", WALKS, ids=lambda path: path.name)
def test_a_walk_names_no_day_and_no_number_that_was_given_to_it(document: Path) -> None:
    shell = "\n".join(blocks_of(document))
    assert re.findall(r"\b20\d\d\b|KP-\d", shell) == []
    assert "export TZ=Europe/Moscow" in shell


@pytest.fixture
def at_another_time(tmp_path: Path) -> Path:
    """A folder for the PATH whose `date` lives at the moment of `FROZEN`."""
    real = which("date")
    assert real is not None
    folder = tmp_path / "programs"
    folder.mkdir()
    program = folder / "date"
    program.write_text(
        "#!/bin/bash\n"
        "shift=''\n"
        "others=()\n"
        'for word in "$@"; do\n'
        '  case $word in --date=*) shift=${word#--date=};; *) others+=("$word");; esac\n'
        "done\n"
        f'exec {real} --date="$FROZEN $shift" "${{others[@]}}"\n'
    )
    program.chmod(0o755)
    return folder


def _days_of(document: Path, programs: Path, moment: str) -> dict[str, str]:
    """What a document's own lines make of the dates at a moment."""
    lines = re.findall(
        r"^(?:export TZ=\S+|\w+=\$\(date .*\))$", "\n".join(blocks_of(document)), re.MULTILINE
    )
    assert lines
    done = subprocess.run(  # noqa: S603 - our own documents
        ["bash", "-ec", "set -a\n" + "\n".join(lines) + "\nenv"],  # noqa: S607
        env={"PATH": f"{programs}:{os.environ['PATH']}", "FROZEN": moment},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_days_of_a_walk_are_right_whenever_it_is_walked(
    at_another_time: Path, moment: str
) -> None:
    now = datetime.fromisoformat(moment.replace(" ", "T"))
    request = _days_of(REQUEST, at_another_time, moment)
    began, ends = (date.fromisoformat(request[name]) for name in ("BEGAN", "ENDS"))
    assert date.fromisoformat(request["TODAY"]) == moscow_date(now)
    days = unused_days(began, ends, moscow_date(now))
    assert days == (290, 365)
    assert unused_share(PRICE_KOPECKS, *days) == GOES_BACK_KOPECKS
    bought = _days_of(SUBSCRIPTION, at_another_time, moment)
    assert date.fromisoformat(bought["TODAY"]) == moscow_date(now)
    assert date.fromisoformat(bought["ENDS"]) == moscow_date(now) + timedelta(days=20)
    assert datetime.fromisoformat(bought["NOW"]) == now
