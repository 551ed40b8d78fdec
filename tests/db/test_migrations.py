"""Migrations are facts: what was listed never changes, data of the baseline reach the newest
schema, and a database of another line is told so in one sentence.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from psycopg import sql

from db.database import Database
from db.file import store
from db.invariants import differences
from db.migrations import config_for, upgrade
from db.schema_version import (
    NEWEST,
    REVISIONS,
    SchemaRefused,
    SchemaUnknown,
    read_revision,
    refuse_unknown,
    require_newest,
)
from domain.file.file import PIECE_BYTES, FileStatus
from stack.postgres import Postgres
from tests.books import Books
from tests.database_at import stamp

MIGRATIONS = Path(__file__).parents[2] / "db/migrations"
BASELINE = "0016_notification"
"""The newest migration when the data were written."""
BASELINE_DATA = Path(__file__).with_name("baseline_data.sql")
WRITTEN_AT = "2026-11-29T21:10:00Z"
"""When they were: what must have happened by now is judged as of then."""
PROBE = """
from alembic import op

revision = "9999_probe"
down_revision = {newest!r}


def upgrade() -> None:
    op.get_bind().connection.cursor().execute({statements!r})
"""
ADDED = {"policies": 10, "refund_statuses": 1, "refund_moves": 5, "mailboxes": 2}
"""What later migrations put beside the baseline's: statuses, moves, policies, mailboxes."""
ADDS_A_COLUMN = """
    ALTER TABLE refunds ADD COLUMN probed_kopecks bigint;
    UPDATE refunds SET probed_kopecks = sum_kopecks;
    ALTER TABLE refunds ALTER COLUMN probed_kopecks SET NOT NULL;
"""
CLIENT_OF_A_SCAN = (
    "INSERT INTO clients (id, kind, name, email) VALUES ('c', 'company', 'C', 'c@c.ru')"
)
REFUND_OF_A_SCAN = """
    INSERT INTO refunds (id, invoice_number, ordinal, client_id, status, version, asked,
        stopped_on, policy_version, opened_at, changed_at)
    VALUES ('refund-1-1', '1', 1, 'c', 'calculating', 1, '[]', '2026-11-01', 1, now(), now())
"""
RENEWAL_OF_A_CLAIM = """
    INSERT INTO renewals (id, subscription_id, client_id, status, version, policy_version,
        seen_kopecks, opened_at, changed_at)
    VALUES ('renewal-s-first', 's', 'c', 'watching', 1, 1, 0, now(), now())
"""
FORGETS_THE_ROWS = "ALTER TABLE refunds ADD COLUMN probed_kopecks bigint NOT NULL"
CHANGES_MONEY = """
    ALTER TABLE ledger_transfers DISABLE TRIGGER USER;
    UPDATE ledger_transfers SET amount_kopecks = amount_kopecks + 1 WHERE kind = 'payment_received';
    ALTER TABLE ledger_transfers ENABLE TRIGGER USER;
"""


def not_as_listed(folder: Path) -> list[str]:
    """The files of migrations that were changed, removed or never listed."""
    lines = (folder / "sums.txt").read_text("utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    assert len(listed) == len(lines), "a file is listed twice"
    paths = [folder / "script.py", *(folder / "versions").iterdir()]
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.is_file()
    }
    return sorted(
        name for name in {*listed, *found} if listed.get(name) != found.get(name, "no file")
    )


def test_no_migration_was_changed_and_none_is_missing_in_the_list() -> None:
    wrong = not_as_listed(MIGRATIONS)
    assert wrong == [], "a change is a new migration; list it: docs/decisions/0013-migrations.md"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The migrations in a folder of their own."""
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations", ignore=ignored))


@pytest.mark.parametrize(
    "name",
    ["versions/0003_ledger.sql", "versions/0003_ledger.py", "versions/0005_refund_policy.json"],
)
def test_a_migration_that_is_changed_or_removed_is_named(name: str, copied: Path) -> None:
    assert not_as_listed(copied) == []
    with (copied / name).open("a") as file:
        file.write("\n")
    assert not_as_listed(copied) == [name]
    (copied / name).unlink()
    assert not_as_listed(copied) == [name]


def test_a_migration_that_is_not_listed_is_named(copied: Path) -> None:
    (copied / "versions/0099_new.sql").write_text("SELECT 1;\n")
    assert not_as_listed(copied) == ["versions/0099_new.sql"]


def test_migrations_follow_one_another_in_the_order_of_their_files() -> None:
    scripts = ScriptDirectory.from_config(config_for("postgresql://unused"))
    in_order = list(reversed([script.revision for script in scripts.walk_revisions()]))
    assert in_order == list(REVISIONS)
    assert [name[:4] for name in in_order] == [f"{n:04}" for n in range(1, len(in_order) + 1)]
    assert scripts.get_heads() == [NEWEST]


@pytest.fixture
def empty_url(postgres: Postgres) -> Iterator[str]:
    """A database that nobody has migrated."""
    name = f"migrations_{uuid4().hex}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
def baseline_url(empty_url: str) -> str:
    """A database with the baseline's schema and data."""
    upgrade(empty_url, BASELINE)
    with psycopg.connect(empty_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(BASELINE_DATA.read_bytes())
    return empty_url


def upgrade_with_probe(url: str, folder: Path, statements: str) -> None:
    """Upgrades to the newest schema and on, by a migration that executes `statements`."""
    (folder / "9999_probe.py").write_text(PROBE.format(newest=NEWEST, statements=statements))
    config = config_for(url)
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", f"{MIGRATIONS / 'versions'}{os.pathsep}{folder}")
    command.upgrade(config, "head")


async def wrong_in(url: str) -> list[str]:
    """The invariants that do not hold, judged as of `WRITTEN_AT`."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA clock")
        connection.execute(
            "CREATE FUNCTION clock.now() RETURNS timestamptz STABLE LANGUAGE sql"
            f" RETURN '{WRITTEN_AT}'::timestamptz"
        )
        name = sql.Identifier(connection.info.dbname)
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET search_path = clock, public, pg_catalog").format(name)
        )
    async with Database(url, pool_size=1) as database:
        return [difference.invariant async for difference in differences(database)]


def rows_of(url: str) -> dict[str, int]:
    """How many rows each table has."""
    books = Books(url)
    try:
        tables = books.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        count = "SELECT count(*) AS n FROM {}"
        return {row.tablename: books.row(count.format(row.tablename)).n for row in tables}
    finally:
        books.close()


async def test_the_data_of_the_baseline_reach_the_newest_schema(
    baseline_url: str, tmp_path: Path
) -> None:
    before = rows_of(baseline_url)
    for table in ("refunds", "payouts", "ledger_transfers", "bank_entries", "renewals", "terms"):
        assert before[table] > 0
    upgrade(baseline_url)
    require_newest(baseline_url)
    upgrade_with_probe(baseline_url, tmp_path, ADDS_A_COLUMN)
    after = rows_of(baseline_url)
    expected = {table: count + ADDED.get(table, 0) for table, count in before.items()}
    assert {table: after.get(table) for table in before} == expected
    books = Books(baseline_url)
    sums = books.rows("SELECT sum_kopecks, probed_kopecks FROM refunds")
    books.close()
    assert len(sums) == before["refunds"]
    assert all(row.sum_kopecks == row.probed_kopecks for row in sums)
    assert await wrong_in(baseline_url) == []


async def test_papers_that_were_rows_become_files_that_wait_for_the_scanner(
    empty_url: str,
) -> None:
    upgrade(empty_url, "0068_never_stranded")
    content = os.urandom(PIECE_BYTES + 1)
    sha256, ids = hashlib.sha256(content).hexdigest(), [uuid4() for _ in range(3)]
    with psycopg.connect(empty_url) as connection:
        connection.execute("SET session_replication_role = replica")
        for scan_id in ids[:2]:
            connection.execute(
                "INSERT INTO scans VALUES (%s, 'refund-1-1', 'image/png', %s, %s, %s, now())",
                (scan_id, len(content), sha256, content),
            )
        connection.execute(
            "INSERT INTO payment_claims VALUES"
            " (%s, 'renewal-s-first', 'anna', 'image/png', %s, %s, now()),"
            " (gen_random_uuid(), 'renewal-s-first', 'anna', NULL, NULL, NULL, now())",
            (ids[2], sha256, content),
        )
        connection.execute(RENEWAL_OF_A_CLAIM)
        connection.execute(CLIENT_OF_A_SCAN)
        connection.execute(REFUND_OF_A_SCAN)
    upgrade(empty_url)
    async with Database(empty_url, pool_size=1) as database:
        found = await database.rows(store.by_ids(ids))
        assert {row.id for row in found} == set(ids)
        assert {(row.sha256, row.status, row.client_id) for row in found} == {
            (sha256, FileStatus.RECEIVED, "c")
        }
        kept = [piece async for piece in store.pieces(database, sha256, len(content))]
    assert b"".join(kept) == content


def test_a_migration_that_forgets_the_rows_that_are_there_is_found_and_changes_nothing(
    baseline_url: str, tmp_path: Path
) -> None:
    with pytest.raises(psycopg.IntegrityError, match="contains null values"):
        upgrade_with_probe(baseline_url, tmp_path, FORGETS_THE_ROWS)
    with psycopg.connect(baseline_url) as connection:
        assert read_revision(connection.cursor()) == BASELINE


def test_the_same_migration_would_pass_without_data(empty_url: str, tmp_path: Path) -> None:
    upgrade_with_probe(empty_url, tmp_path, FORGETS_THE_ROWS)
    with pytest.raises(SchemaRefused, match="9999_probe"):
        require_newest(empty_url)


async def test_a_migration_that_changes_money_is_found(baseline_url: str, tmp_path: Path) -> None:
    upgrade_with_probe(baseline_url, tmp_path, CHANGES_MONEY)
    assert await wrong_in(baseline_url) != []


@pytest.mark.parametrize(
    ("revision", "says"),
    [
        ("0014", "before the first release.* start with an empty database"),
        ("0001", "before the first release.* start with an empty database"),
        ("0099_pages", f"knows none after {NEWEST}: start the release that migrated"),
    ],
)
def test_a_database_of_another_line_is_refused_and_left_as_it_is(
    revision: str, says: str, empty_url: str
) -> None:
    stamp(empty_url, revision)
    for refused_by in (upgrade, require_newest):
        with pytest.raises(SchemaRefused, match=says) as refused:
            refused_by(empty_url)
        assert str(refused.value).startswith(f"the database's schema is {revision}")
        assert "\n" not in str(refused.value)
    assert set(rows_of(empty_url)) == {"alembic_version"}


def test_a_database_that_lacks_migrations_is_to_be_migrated_first(empty_url: str) -> None:
    with pytest.raises(SchemaRefused, match=r"has no schema .* `python -m starter migrate` first"):
        require_newest(empty_url)
    upgrade(empty_url, REVISIONS[-2])
    with pytest.raises(SchemaRefused, match=rf"is {REVISIONS[-2]} .* starter migrate` first"):
        require_newest(empty_url)
    upgrade(empty_url)
    require_newest(empty_url)


def test_a_database_that_does_not_answer_has_no_known_schema() -> None:
    with pytest.raises(SchemaUnknown):
        require_newest("postgresql://127.0.0.1:9/nothing")


@pytest.mark.parametrize("revision", [None, *REVISIONS])
def test_every_migration_of_ours_is_one_to_go_on_from(revision: str | None) -> None:
    refuse_unknown(revision)
