"""Every rule about tickets is tried by breaking it."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.books import Books

APPEND_ONLY = "KP001"


@pytest.fixture(scope="module")
def ids(books: Books) -> Mapping[str, Any]:
    """A new ticket with a message, a note and a rating."""
    client, opening = books.client(), str(uuid4())
    said = {"opened_by": "client", "opened_at": "2026-03-17T09:00:00Z"}
    books.put(
        "ticket_openings", id=opening, client_id=client, department="support", topic="?", **said
    )
    number = books.row("SELECT number FROM ticket_openings WHERE id = %(i)s", i=opening).number
    ticket = f"ticket-{number}"
    written = {"ticket_id": ticket, "written_by": "a", "written_at": "2026-03-17T09:00:00Z"}
    books.put("ticket_messages", id=opening, is_ours=False, channel="api", text="?", **written)
    with books.connection.transaction():
        opened = {"ticket_id": ticket, "number": 1, "submission_id": opening}
        books.put("ticket_history", to_status="new", **opened, **answer())
        books.put(
            "tickets",
            id=ticket,
            number=number,
            opening_id=opening,
            client_id=client,
            department="support",
            rules_version=1,
            topic="?",
            status="new",
            version=1,
            first_due_at="2026-03-17T12:00:00Z",
            turn_at="2026-03-17T09:00:00Z",
            left_seconds=1,
            waiting_for="specialist",
            wait_until="2026-03-17T12:00:00Z",
            opened_at="2026-03-17T09:00:00Z",
            changed_at="2026-03-17T09:00:00Z",
        )
    books.put("ticket_notes", id=str(uuid4()), text="!", **written)
    books.put(
        "ticket_ratings", ticket_id=ticket, score=5, rated_by="a", rated_at="2026-03-17T09:00:00Z"
    )
    decided = {"decided_by": "a", "decided_at": "2026-03-17T09:00:00Z"}
    books.put("ticket_decisions", id=str(uuid4()), ticket_id=ticket, action="take", **decided)
    return {"ticket": ticket, "client": client, "opening": opening}


def answer() -> dict[str, Any]:
    return {"at": "2026-03-17T09:00:00Z", "by": "client", "answer": {}}


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE tickets SET turn_at = NULL WHERE id = %(ticket)s", "clock_runs_on_our_turn"),
        ("UPDATE tickets SET assignee = 'a' WHERE id = %(ticket)s", "new_is_nobodys"),
        ("UPDATE tickets SET answers = 1 WHERE id = %(ticket)s", "answered_once_first"),
        (
            "UPDATE tickets SET first_answered_at = now() WHERE id = %(ticket)s",
            "answered_once_first",
        ),
        ("UPDATE tickets SET archived_at = now() WHERE id = %(ticket)s", "archived_is_settled"),
        ("UPDATE tickets SET closed_at = now() WHERE id = %(ticket)s", "ended_is_closed"),
        ("UPDATE tickets SET wait_until = NULL WHERE id = %(ticket)s", "somebody_is_waited_for"),
        ("UPDATE tickets SET id = 'ticket-0' WHERE id = %(ticket)s", "id_says_number"),
        (
            "UPDATE tickets SET left_seconds = -1 WHERE id = %(ticket)s",
            "tickets_left_seconds_check",
        ),
        (
            "UPDATE tickets SET rules_version = 9 WHERE id = %(ticket)s",
            "tickets_department_rules_version_fkey",
        ),
        (
            "UPDATE tickets SET status = 'open' WHERE id = %(ticket)s",
            "status_is_the_last_of_history",
        ),
        (
            (
                "INSERT INTO ticket_history (ticket_id, number, from_status, to_status, at, by,"
                " answer) VALUES (%(ticket)s, 2, 'new', 'closed', now(), 'a', '{}')"
            ),
            "ticket_history_from_status_to_status_fkey",
        ),
        (
            (
                "INSERT INTO ticket_messages (id, ticket_id, is_ours, channel, text, written_by,"
                " written_at) VALUES (gen_random_uuid(), 't', true, 'api', '?', 'a', now())"
            ),
            "ours_says_what_it_saw",
        ),
        (
            (
                "INSERT INTO ticket_messages (id, ticket_id, is_ours, channel, text, resolves,"
                " written_by, written_at)"
                " VALUES (gen_random_uuid(), 't', false, 'api', '?', true, 'a', now())"
            ),
            "only_ours_resolves",
        ),
        (
            (
                "INSERT INTO ticket_decisions (id, ticket_id, action, decided_by, decided_at,"
                " reason) VALUES (gen_random_uuid(), %(ticket)s, 'transfer', 'a', now(), '?')"
            ),
            "transfer_names_a_department",
        ),
        (
            (
                "INSERT INTO ticket_decisions (id, ticket_id, action, decided_by, decided_at)"
                " VALUES (gen_random_uuid(), %(ticket)s, 'escalate', 'a', now())"
            ),
            "reason_is_given",
        ),
        (
            (
                "INSERT INTO ticket_openings (id, client_id, department, topic, invoice_number,"
                " subscription_id, opened_by, opened_at)"
                " VALUES (gen_random_uuid(), %(client)s, 'support', '?', 'a', 'b', 'a', now())"
            ),
            "about_one_thing",
        ),
    ],
)
def test_the_database_refuses_what_must_never_be(
    books: Books, ids: Mapping[str, Any], sql: str, constraint: str
) -> None:
    with pytest.raises(psycopg.Error) as refused:
        books.connection.execute(sql.encode(), ids)
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.parametrize(
    "table",
    [
        "departments",
        "department_rules",
        "ticket_openings",
        "ticket_history",
        "ticket_messages",
        "ticket_decisions",
        "ticket_notes",
        "ticket_ratings",
        "ticket_words",
        "tickets",
    ],
)
def test_what_was_written_stays(books: Books, ids: Mapping[str, Any], table: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        books.connection.execute(f"DELETE FROM {table}".encode(), ids)  # noqa: S608 - our own names
    assert refused.value.sqlstate == APPEND_ONLY
