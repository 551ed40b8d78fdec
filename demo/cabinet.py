"""The client's cabinet over HTTP, where the API has no way: logging in, and linking Telegram."""

import re
from email.message import EmailMessage
from uuid import uuid4

import httpx2

from demo.stage import Stage
from simulation.api_client import ANSWER_LIMIT_SECONDS
from simulation.billing_data import Client
from simulation.expectation import Unexpected
from simulation.telegram import Account
from stack.mailbox import plain_text
from starter.web.cabinet.telegram import ON, PAGE
from starter.web.http.forms import KEY_FIELD
from starter.web.http.page import LOGIN
from texts import translate

_LINK = re.compile(rf"{LOGIN}/link/[\w-]+")
_START = re.compile(r"(?<=\?start=)[\w-]+")
_CONFIRM = re.compile(rf"{PAGE}/links/[\w-]+/confirm")


class Cabinet:
    """One browser; its forms are sent as those of our own pages."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        http = httpx2.AsyncClient(
            base_url=stage.stack.cabinet_url,
            headers={"Sec-Fetch-Site": "same-origin"},
            timeout=ANSWER_LIMIT_SECONDS,
            trust_env=False,
            follow_redirects=True,
        )
        self._http = stage.cast.enter(http)

    def log_in(self, client: Client) -> None:
        """By the link of a letter."""
        subject = translate("mail.login_link.subject")

        def is_awaited(letter: EmailMessage) -> bool:
            return (letter["To"], letter["Subject"]) == (client.email, subject)

        self._send(f"{LOGIN}/link", email=client.email)
        letter = self._stage.stack.mailbox.wait_for(is_awaited)
        self._send(_found(_LINK, plain_text(letter), "a link in the letter"))

    def link_telegram(self, account: Account) -> str:
        """The account opens a one-time link, and is confirmed here; what it hears then."""
        self._send(f"{PAGE}/switch", turn=ON)
        start = _found(_START, self._send(f"{PAGE}/links"), "a one-time link")
        self._stage.cast.wait(account.say(f"/start {start}"))
        self._send(_found(_CONFIRM, self._page(PAGE), "an account to confirm"))
        return self._stage.cast.wait(account.hear())

    def _page(self, path: str) -> str:
        return _shown(path, self._stage.cast.wait(self._http.get(path)))

    def _send(self, path: str, **fields: str) -> str:
        """Sends a form; the page that it leads to."""
        form = {**fields, KEY_FIELD: uuid4().hex}
        return _shown(path, self._stage.cast.wait(self._http.post(path, data=form)))


def _shown(path: str, answer: httpx2.Response) -> str:
    if not answer.is_success:
        raise Unexpected(f"page {path}", "success", answer.status_code)
    return answer.text


def _found(pattern: re.Pattern[str], text: str, what: str) -> str:
    found = pattern.search(text)
    if found is None:
        raise Unexpected("the cabinet", what, "none")
    return found[0]
