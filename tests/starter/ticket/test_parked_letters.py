"""Parked letters over the API: read as text, made a ticket of once, or dismissed."""

from typing import Any
from uuid import uuid4

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.mail_in.parked import parked_letter

HOSTILE = "<script>alert(1)</script>"


def client_with_address(books: Books) -> tuple[str, str]:
    client_id, address = books.client(), f"{uuid4().hex[:10]}@romashka.example"
    books.rows(
        "UPDATE clients SET email = %(e)s WHERE id = %(c)s RETURNING id", e=address, c=client_id
    )
    return client_id, address


async def opened(api: Api, letter_id: int, **body: Any) -> Any:
    path = f"/v1/parked-letters/{letter_id}/ticket"
    return await api.call("POST", path, role=Role.OPERATOR, login="smirnov", json=body)


async def read(api: Api, letter_id: int) -> Any:
    return await api.call("GET", f"/v1/parked-letters/{letter_id}", role=Role.OPERATOR)


async def waiting(api: Api) -> list[int]:
    found = await api.call("GET", "/v1/parked-letters?limit=100", role=Role.OPERATOR)
    return [one["id"] for one in found.json()["items"]]


async def test_a_letter_is_read_as_text_and_made_a_ticket_of_once(
    whole_api: Api, books: Books
) -> None:
    client_id, address = client_with_address(books)
    letter_id = parked_letter(books, address, text=f"Где деньги? {HOSTILE}")
    assert letter_id in await waiting(whole_api)
    shown = (await read(whole_api, letter_id)).json()
    assert (shown["sender"], shown["subject"]) == (address, "Где возврат?")
    assert shown["reason"] == "Автоматическое письмо"
    assert HOSTILE in shown["text"]
    first = await opened(whole_api, letter_id)
    assert first.status_code == 201, first.text
    assert (first.json()["client_id"], first.json()["department"]) == (client_id, "support")
    again = await opened(whole_api, letter_id)
    assert again.json()["id"] == first.json()["id"]
    assert letter_id not in await waiting(whole_api)
    kept = (await read(whole_api, letter_id)).json()
    assert (kept["ticket_id"], kept["handled_by"]) == (first.json()["id"], "smirnov")


async def test_whose_a_letter_of_an_unknown_address_is_says_the_operator(
    whole_api: Api, books: Books
) -> None:
    letter_id = parked_letter(books, "stranger@elsewhere.example", "nobody has this address")
    unknown = await opened(whole_api, letter_id)
    assert unknown.json()["errors"][0]["code"] == "letter_client_unknown"
    nobody = await opened(whole_api, letter_id, client_id="no-such-client")
    assert nobody.status_code == 422
    client_id = books.client()
    named = await opened(whole_api, letter_id, client_id=client_id)
    assert (named.status_code, named.json()["client_id"]) == (201, client_id)


async def test_dismissed_letters_wait_no_longer_and_open_nothing(
    whole_api: Api, books: Books
) -> None:
    _, address = client_with_address(books)
    ids = [parked_letter(books, address, text=str(number)) for number in range(3)]
    body = {"ids": ids[:2]}
    path = "/v1/parked-letter-dismissals"
    done = await whole_api.call("POST", path, role=Role.OPERATOR, json=body)
    assert done.status_code == 204
    assert set(ids) & set(await waiting(whole_api)) == {ids[2]}
    late = await opened(whole_api, ids[0])
    assert (late.status_code, late.json()["code"]) == (409, "letter_dismissed")
    past = await whole_api.call(
        "GET", "/v1/parked-letters?handled=true&limit=100", role=Role.OPERATOR
    )
    assert set(ids) & {one["id"] for one in past.json()["items"]} == set(ids[:2])


async def test_a_letter_that_was_answered_is_none_of_these(whole_api: Api, books: Books) -> None:
    letter_id = parked_letter(books, "anybody@elsewhere.example")
    books.rows(
        "UPDATE incoming_letters SET outcome = 'bounce', reason = NULL WHERE id = %(i)s"
        " RETURNING id",
        i=letter_id,
    )
    assert (await read(whole_api, letter_id)).status_code == 404
    assert (await opened(whole_api, letter_id)).status_code == 404
