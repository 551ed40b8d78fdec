"""Parked letters at the desk: counted in the menu, read as text, decided one by one or many."""

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.mail_in.parked import parked_letter
from tests.starter.ticket.test_parked_letters import client_with_address
from tests.starter.web.browser import Browser
from tests.starter.web.test_desk_tickets import HOSTILE

LIST = "/desk/operators/parked"
STATE = "SELECT handled_by, handled_ticket FROM incoming_letters WHERE id = %(id)s"


async def test_an_operator_reads_a_letter_and_makes_a_ticket_of_it(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    letter_id = parked_letter(
        books, "stranger@elsewhere.example", "nobody has this address", text=HOSTILE
    )
    await customer.log_in(Role.OPERATOR, login="smirnov")
    page = await customer.get(LIST)
    assert "Такого адреса нет ни у одного клиента" in page.words
    assert "отложенных писем" in page.words
    letter = await customer.get(f"{LIST}/{letter_id}")
    assert "<script>alert" not in letter.html
    form = letter.form("/ticket")
    wrong = await customer.send(f"{LIST}/{letter_id}/ticket", {**form, "client_id": "nobody"})
    assert (wrong.status, 'id="client_id-error"' in wrong.html) == (422, True)
    typed = {**form, "client_id": books.client()}
    assert (await customer.send(f"{LIST}/{letter_id}/ticket", typed)).status == 303
    (row,) = books.rows(STATE, id=letter_id)
    assert row.handled_by == "smirnov"
    assert (
        f'href="/desk/tickets/{row.handled_ticket}"'
        in (await customer.get(f"{LIST}/{letter_id}")).html
    )


async def test_many_are_dismissed_or_made_tickets_of_at_once(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    _, address = client_with_address(books)
    own = parked_letter(books, address, text="Раз")
    strange = parked_letter(books, "nobody@elsewhere.example", text="Два")
    noise = parked_letter(books, "noise@elsewhere.example", "mailing list", text="Три")
    await customer.log_in(Role.OPERATOR, login="smirnov")
    form = {"idempotency_key": "many-at-once-tickets", "then": "tickets"}
    some = await customer.send(LIST, {**form, f"letter-{own}": "yes", f"letter-{strange}": "yes"})
    assert some.status == 409
    assert "Осталось писем: 1" in some.words
    assert books.rows(STATE, id=own)[0].handled_ticket is not None
    assert books.rows(STATE, id=strange)[0].handled_by is None
    form = {"idempotency_key": "many-at-once-dismissed", "then": "dismiss"}
    ticked = {f"letter-{strange}": "yes", f"letter-{noise}": "yes", "letter-x": "yes"}
    assert (await customer.send(LIST, {**form, **ticked})).status == 303
    assert [books.rows(STATE, id=one)[0].handled_ticket for one in (strange, noise)] == [None] * 2
    past = await customer.get(f"{LIST}?handled=true")
    assert "Снято с разбора" in past.words
    nothing = await customer.send(LIST, {"idempotency_key": "nothing-ticked", "then": "dismiss"})
    assert nothing.status == 422


async def test_others_of_ours_count_no_letters(customer: Browser, books: Books) -> None:
    parked_letter(books, "more@elsewhere.example")
    await customer.log_in(Role.SPECIALIST, login="petrova")
    assert "отложенных писем" not in (await customer.get("/desk/tickets")).words
