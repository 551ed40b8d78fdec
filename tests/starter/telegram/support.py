"""A client who writes to support from Telegram, and staff who answer over the API."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from db.access import telegram
from domain.access.roles import Role
from simulation.telegram import Account
from starter.caller import Caller
from starter.commands.services import Services
from starter.commands.ticket import telegram as command
from tests.gateways.sandbox_telegram import SandboxTelegram
from tests.starter.caller import Api
from tests.starter.refund.shop import Shop


@dataclass(frozen=True)
class Support:
    """The installation as these tests use it."""

    services: Services
    shop: Shop
    sandbox: SandboxTelegram

    def caller(self) -> Caller:
        """Somebody who acts for a client of its own."""
        client_id = self.shop.books.client()
        return Caller(f"ira-{client_id}", Role.CLIENT, client_id)

    async def switch(self, caller: Caller, *, is_on: bool) -> None:
        """Turns the client's switch."""
        await command.switch_telegram(self.services, caller, uuid4(), is_on=is_on)

    async def asked(self, caller: Caller) -> tuple[UUID, str]:
        """A one-time link: its id and its end."""
        await self.switch(caller, is_on=True)
        link_id = await command.ask_telegram_link(self.services, caller, uuid4())
        return link_id, command.link_token(self.services.settings, link_id)

    async def linked(self, account: Account | None = None) -> tuple[Caller, Account]:
        """A client and its account, which has heard that it is linked."""
        caller, account = self.caller(), account or self.sandbox.account()
        link_id, token = await self.asked(caller)
        assert "Подтвердите" in await account.say(f"/start {token}")
        await command.confirm_telegram_link(self.services, caller, uuid4(), link_id)
        assert "связан" in await account.hear()
        return caller, account

    async def wrote(self, account: Account, *said: str, topic: str = "Где возврат?") -> int:
        """The account opens a ticket with these messages; its number."""
        await account.say("/createticket")
        await account.press("Возвраты")
        await account.say(topic)
        await account.press("Пропустить")
        for one in said:
            assert "Записано" in await account.say(one)
        sent = await account.press("Завершить")
        assert sent.startswith("Отправлено. Запрос № "), sent
        return int(sent.split("№ ")[1].split(" ")[0])

    async def answer(self, number: int, text: str, **body: Any) -> Any:
        """Staff answer."""
        said = {"text": text, "seen_answers": 0, **body}
        path = f"/v1/tickets/ticket-{number}/answer"
        answer = await Api(self.shop.http).call("POST", path, role=Role.SPECIALIST, json=said)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def thread(self, number: int) -> list[tuple[bool, str]]:
        """The messages that a ticket has taken: ours or not, and what they say."""
        rows = self.shop.books.rows(
            "SELECT is_ours, text FROM ticket_history JOIN ticket_messages"
            " ON ticket_messages.id = submission_id WHERE ticket_history.ticket_id = %(id)s"
            " ORDER BY number",
            id=f"ticket-{number}",
        )
        return [(row.is_ours, row.text) for row in rows]

    async def links(self, account: Account) -> list[telegram.LinkRow]:
        """Whom an account writes for."""
        return await self.services.database.rows(telegram.links_of_chat(account.chat_id))

    def to_do(self, account: Account) -> list[Any]:
        """The updates of an account that are not worked through."""
        return self.shop.books.rows(
            "SELECT update_id FROM telegram_updates WHERE chat_id = %(c)s AND done_at IS NULL",
            c=account.chat_id,
        )

    def outbox(self, account: Account) -> list[Any]:
        """What was to be sent to an account."""
        return self.shop.books.rows(
            "SELECT * FROM telegram_outbox WHERE chat_id = %(c)s ORDER BY id", c=account.chat_id
        )

    def drafts(self, account: Account) -> list[Any]:
        """What an account has begun to write."""
        return self.shop.books.rows(
            "SELECT * FROM telegram_drafts WHERE chat_id = %(c)s ORDER BY id", c=account.chat_id
        )
