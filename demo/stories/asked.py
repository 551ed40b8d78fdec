"""A client asks in Telegram where its refund is, and answers our answer by mail."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from demo.cabinet import Cabinet
from demo.case import Case
from demo.stage import Stage
from demo.ticket import Asked, Ticket
from domain.access.roles import Role
from domain.money import parse_amount
from domain.text import one_line
from domain.ticket.ticket import ClientStatus, TicketStatus
from simulation.expectation import Unexpected, expect
from simulation.telegram import Account, telegram_at
from stack.product import BOT
from texts import day, moment, rubles, translate

TITLE = "(g) «Where is my refund?», asked in Telegram"
ABOUT = (
    "the client of (a) sends an album of files to the bot, is answered from the case, writes back "
    "by mail, and puts the ticket away"
)
CHAT = 103
"""The account of the client's accountant."""
DEPARTMENT = "Возвраты"
TOPIC = "Где мой возврат?"
QUESTION = "Возврат завершён, а на карте денег нет. Заявление и выписки приложили."
BOOKS = {
    "Выписка по карте.csv": "Приход;Расход\n0,00;1 250,00\n",
    "Карточка счёта 55.txt": "Поступлений от ООО «Копейка» за период нет.\n",
}
REPLY = "Нашли поступление, спасибо. Вопрос закрыт."
SCORE, FEEDBACK = 5, "Ответили с датами, ничего искать не пришлось."
PATH = (
    TicketStatus.NEW,
    TicketStatus.WAITING_CLIENT,
    TicketStatus.OPEN,
    TicketStatus.RESOLVED,
)
"""Every status that staff read; archiving a resolved ticket leaves it resolved."""
LETTERS = (
    (Role.SPECIALIST, "staff_ticket_opened"),
    (Role.CLIENT, "ticket_answered"),
    (Role.SPECIALIST, "staff_ticket_replied"),
    (Role.CLIENT, "ticket_resolved"),
)


def play(stage: Stage, refund: Case) -> Ticket:
    """Linked, asked, answered, replied to, resolved, put away, rated."""
    account = Account(stage.cast.enter(telegram_at(stage.stack.telegram_url)), CHAT)
    _link(stage, refund, account)
    files = _files(refund)
    ticket = _ask(stage, refund, account, files)
    ticket.open_files(files)
    _answer(stage, refund, ticket, account)
    ticket.answer_by_mail(REPLY)
    ticket.act("resolve", "holds the question for settled")
    _put_away(stage, ticket, account)
    return ticket


def report(stage: Stage, refund: Case, ticket: Ticket) -> None:
    """The thread and the letters; raises `Unexpected` for others."""
    expect(f"history of {ticket.id}", list(PATH), ticket.path)
    view, rows = ticket.view(), ticket.messages()
    stage.terminal.chapter(f"{ticket.id}: {view['title']}", stage.stack.case_url(ticket.id))
    right = [QUESTION, answer_of(refund), REPLY]
    expect(f"messages of {ticket.id}", right, [row["text"] for row in rows])
    shown = [
        (
            moment(datetime.fromisoformat(row["at"])),
            Role.SPECIALIST if row["is_ours"] else Role.CLIENT,
            str(len(row["files"])),
            row["text"],
        )
        for row in rows
    ]
    stage.terminal.table(("when", "by", " files", "text"), shown)
    for role, template in LETTERS:
        ticket.letter(template, role)
    letters = ticket.letters()
    due = [ticket.addressed(template, role) for role, template in LETTERS]
    expect(f"letters about {ticket.id}", sorted(due), sorted(letters))
    stage.terminal.table(("to", "subject"), letters)


def answer_of(refund: Case) -> str:
    """What the case itself says about the money, as a text is stored."""
    view = refund.view()
    paid_on, credit_by = (date.fromisoformat(view[name]) for name in ("paid_on", "credit_by"))
    amount = rubles(parse_amount(view["amount"]))
    return one_line(
        f"{amount} отправлены {day(paid_on)} на карту, с которой оплачен счёт. "
        f"Банк зачислит их не позже {day(credit_by)}."
    )


def _link(stage: Stage, refund: Case, account: Account) -> None:
    cabinet = Cabinet(stage)
    cabinet.log_in(refund.invoice.client)
    stage.terminal.event(Role.CLIENT, "logs in to the cabinet by the link of a letter")
    heard = cabinet.link_telegram(account).partition("\n")[0]
    event = f"opens @{BOT} by a one-time link and confirms the account"
    stage.terminal.event(Role.CLIENT, event, heard)


def _files(refund: Case) -> Mapping[str, bytes]:
    """The statement that was signed, and what the client's books say."""
    statement = refund.client.download(f"/v1/refunds/{refund.id}/statement.pdf")
    books = {name: text.encode() for name, text in BOOKS.items()}
    return {"Заявление.pdf": statement, **books}


def _ask(stage: Stage, refund: Case, account: Account, files: Mapping[str, bytes]) -> Ticket:
    wait, terminal = stage.cast.wait, stage.terminal
    wait(account.say("/createticket"))
    wait(account.press(DEPARTMENT))
    wait(account.say(TOPIC))
    wait(account.say(refund.id))
    event = f"writes /createticket: {DEPARTMENT}, «{TOPIC}», {refund.id}"
    terminal.event(Role.CLIENT, event)
    wait(account.send_files(QUESTION, files))
    terminal.event(Role.CLIENT, f"sends an album of {len(files)} files", f"«{QUESTION}»")
    button = translate("telegram.finish")
    heard = wait(account.press(button))
    sent = re.search(r"№ (\d+)", heard)
    if sent is None:
        raise Unexpected(f"the bot after «{button}»", "the number of a ticket", heard)
    ticket = Ticket(stage, Asked(int(sent[1]), TOPIC, refund.invoice.client))
    ticket.show(Role.CLIENT, f"presses «{button}»: ticket № {sent[1]}", ticket.view())
    return ticket


def _answer(stage: Stage, refund: Case, ticket: Ticket, account: Account) -> None:
    said = answer_of(refund)
    ticket.act("answer", "answers from the case", {"text": said, "seen_answers": 0})
    heard = stage.cast.wait(account.hear())
    head = translate("telegram.answered", number=ticket.asked.number, topic=TOPIC)
    expect("the answer in Telegram", f"{head}\n\n{said}", heard)
    stage.terminal.event(Role.CLIENT, "reads the answer in Telegram", f"«{said}»")


def _put_away(stage: Stage, ticket: Ticket, account: Account) -> None:
    button = translate("telegram.archive")
    heard = stage.cast.wait(account.press(button))
    stage.terminal.event(Role.CLIENT, f"presses «{button}»", heard)
    seen = ticket.client.read(f"/v1/tickets/{ticket.id}")["status"]
    expect(f"the status of {ticket.id} for its client", ClientStatus.ARCHIVED, seen)
    body = {"score": SCORE, "text": FEEDBACK}
    ticket.client.command("POST", f"/v1/tickets/{ticket.id}/rating", body)
    stage.terminal.event(Role.CLIENT, f"rates it: {SCORE} of 5", f"«{FEEDBACK}»")
