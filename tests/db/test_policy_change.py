"""A version of a policy takes two people, whatever writes it: the rules are the database's own."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.books import Books

FROM = "2099-01-01T00:00:00Z"
VERSION = (
    "INSERT INTO policies (kind, version, document, valid_from, author)"
    " SELECT kind, version + 1, document, %(at)s, %(by)s FROM policies"
    " WHERE kind = 'inquiry' ORDER BY version DESC LIMIT 1"
)
PROPOSAL = (
    "INSERT INTO policy_changes (id, kind, base_version, document, valid_from, reason,"
    " proposed_by, proposed_at)"
    " SELECT %(id)s, kind, version, document, %(at)s, 'why', 'anna', now() FROM policies"
    " WHERE kind = %(kind)s ORDER BY version DESC LIMIT 1"
)
DECISION = (
    "UPDATE policy_changes SET outcome = %(outcome)s, decided_by = %(by)s, decided_at = now(),"
    " decision_reason = %(why)s, version = %(version)s WHERE id = %(id)s"
)


def broken(books: Books, sql: str, **params: Any) -> str | None:
    """The rule that a statement breaks, in a transaction that is not kept."""
    with pytest.raises(psycopg.Error) as refused:
        _tried(books, sql, params)
    return refused.value.diag.constraint_name


def _tried(books: Books, sql: str, params: Mapping[str, Any]) -> None:
    with books.connection.transaction(force_rollback=True):
        books.connection.execute(sql.encode(), params)
        books.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")


def proposed(books: Books, kind: str = "inquiry", at: str = FROM) -> str:
    change_id = str(uuid4())
    books.connection.execute(PROPOSAL.encode(), {"id": change_id, "kind": kind, "at": at})
    return change_id


def test_one_person_writes_no_version(books: Books) -> None:
    assert broken(books, VERSION, at=FROM, by="anna") == "policy_changed_by_two"
    for author in ("migration", "migration-0099", "Migration 1"):
        assert broken(books, VERSION, at=FROM, by=author) == "policy_changed_by_two"


def test_a_version_holds_from_no_earlier_day_than_the_one_before(books: Books) -> None:
    early = "2019-01-01T00:00:00Z"
    assert broken(books, VERSION, at=early, by="migration 0099") == "policy_versions_in_order"


def test_decisions_are_held_to_their_rules(books: Books) -> None:
    change = proposed(books)
    version = books.row("SELECT max(version) + 1 AS v FROM policies WHERE kind = 'inquiry'").v
    decided: Mapping[str, Any] = {
        "id": change, "outcome": "declined", "by": "boris", "why": "no", "version": None
    }  # fmt: skip
    for rule, other in (
        ("policy_changed_by_two", {"by": "anna"}),
        ("policy_changed_by_two", {"by": "ANNA"}),
        ("policy_changed_by_two", {"outcome": "withdrawn"}),
        ("policy_changed_by_two", {"outcome": "confirmed", "by": "Anna", "version": version}),
        ("policy_declined_with_reason", {"why": None}),
        ("policy_confirmed_is_next", {"outcome": "confirmed"}),
        ("policy_confirmed_is_next", {"version": version}),
        ("policy_confirmed_is_next", {"outcome": "confirmed", "version": version + 1}),
        ("policy_changes_outcome_check", {"outcome": "ignored"}),
        ("policy_changes_kind_version_fkey", {"outcome": "confirmed", "version": version}),
        ("policy_change_decided_whole", {"by": None}),
    ):
        assert broken(books, DECISION, **{**decided, **other}) == rule, other
    again = PROPOSAL.replace("%(id)s", "gen_random_uuid()")
    assert broken(books, again, kind="inquiry", at=FROM) == "one_open_policy_change"
    assert broken(books, "UPDATE policy_changes SET valid_from = now()") == (
        "policy_change_decided_once"
    )
    assert broken(books, "DELETE FROM policy_changes") is None
    assert broken(books, "TRUNCATE policy_changes CASCADE") is None
    books.connection.execute(DECISION.encode(), decided)
    assert broken(books, DECISION, **{**decided, "why": "yes"}) == "policy_change_decided_once"


def test_a_day_that_has_begun_is_not_confirmed(books: Books) -> None:
    change = proposed(books, "receipt", "2026-01-01T00:00:00Z")
    confirming = (
        "WITH made AS (INSERT INTO policies (kind, version, document, valid_from, author)"
        " SELECT kind, base_version + 1, document, valid_from, proposed_by"
        " FROM policy_changes WHERE id = %(id)s RETURNING version)"
        " UPDATE policy_changes SET outcome = 'confirmed', decided_by = 'boris',"
        " decided_at = now(), version = made.version FROM made WHERE id = %(id)s"
    )
    assert broken(books, confirming, id=change) == "policy_confirmed_before_its_day"
    later = proposed(books, "renewal")
    books.connection.execute(confirming.encode(), {"id": later})
    assert books.row("SELECT outcome FROM policy_changes WHERE id = %(i)s", i=later)[0]
