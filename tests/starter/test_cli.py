"""The command line as people run it: its output, its exit code."""

import asyncio
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import jwt
import psycopg
import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.testing import WorkflowEnvironment

from db.schema_version import REVISIONS
from stack.postgres import Postgres
from starter.__main__ import main
from starter.caller import MAX_LOGIN_LENGTH
from starter.cli import COMMANDS, summary_of
from tests.books import Books
from tests.database_at import database_at
from tests.gateways.sandbox_acquirer import SECRET_KEY, SHOP_ID, SandboxAcquirer
from tests.starter.caller import DEVELOPMENT_KEY

ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 120
DAY_SECONDS = 86_400
NOWHERE = "postgresql://127.0.0.1:9/nothing"
ENVIRONMENT = {
    "KOPEYKA_ENVIRONMENT": "development",
    "KOPEYKA_DATABASE_URL": NOWHERE,
    "KOPEYKA_MAIL_FROM": "refunds@kopeyka.example",
    "KOPEYKA_SMTP_HOST": "127.0.0.1",
    "KOPEYKA_SCANNER_HOST": "127.0.0.1",
    "KOPEYKA_ACQUIRER_URL": "http://127.0.0.1:9",
    "KOPEYKA_ACQUIRER_SHOP_ID": "100500",
    "KOPEYKA_ACQUIRER_SECRET_KEY": "secret",
    "KOPEYKA_CODE_KEY": "a key of codes, thirty-two bytes long",
    "KOPEYKA_DOSSIER_KEY": "d0" * 32,
    "KOPEYKA_DEVELOPMENT_KEY": DEVELOPMENT_KEY,
    "TEMPORAL_ADDRESS": "127.0.0.1:9",
    "TEMPORAL_CONFIG_FILE": os.devnull,
    "PATH": os.defpath,
}


def starter(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What `python -m starter …` prints and ends with."""
    return run(arguments, ENVIRONMENT | environment)


def run(
    arguments: tuple[str, ...], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """The same with these variables alone.

    Only the API, which sets up logs, has a process of its own: to load again all that is loaded
    here takes longer than any of the other commands.
    """
    if arguments[0] == "api":
        return process(arguments, environment)
    printed, failed = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environment, clear=True),
        redirect_stdout(printed),
        redirect_stderr(failed),
        ThreadPoolExecutor(1) as its_own,
    ):
        code = its_own.submit(main, arguments).result(LIMIT_SECONDS)
    return subprocess.CompletedProcess(arguments, code, printed.getvalue(), failed.getvalue())


def process(
    arguments: tuple[str, ...], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """`python -m starter …` in a process of its own, with these variables alone."""
    return subprocess.run(  # noqa: S603  our own program and arguments
        [sys.executable, "-m", "starter", *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


def test_help_names_every_command_and_what_it_is_for() -> None:
    shown = " ".join(process(("--help",), ENVIRONMENT).stdout.split())
    for name in COMMANDS:
        assert f" {name} {summary_of(name)}" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("migrate",), "could not be migrated"),
        (("books", "check"), "database could not be asked"),
        (("search-attributes",), "Temporal could not be reached"),
        (("token", "client"), "--client-id"),
        (("api", "--port", "99999"), "cannot listen"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], says: str
) -> None:
    done = starter(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert says in line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["needs-operator", "--limit", "0"], "--limit lies between 1 and 1000"),
        (["needs-operator", "--limit", "1001"], "--limit lies between 1 and 1000"),
        (["retry", "refund-1-1", "--by", " "], "--by names a person"),
    ],
)
def test_a_wrong_argument_is_said_before_anything_is_asked(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"{says}\n"


@pytest.mark.parametrize(
    "arguments",
    [[], ["refund"], ["retry"], ["retry", "a", "--all", "--by", "b"], ["books", "burn"]],
)
def test_a_command_that_is_not_understood_is_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_missing_setting_is_named() -> None:
    done = process(("migrate",), {"PATH": os.defpath})
    assert done.returncode == 2
    assert done.stderr.startswith("KOPEYKA_DATABASE_URL is not set")


BARE = {"PATH": os.defpath, "TEMPORAL_CONFIG_FILE": os.devnull}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("needs-operator",), "TEMPORAL_ADDRESS is not set: give it, for example 127.0.0.1:7233"),
        (("retry", "refund-1-1", "--by", "olga"), "TEMPORAL_ADDRESS is not set"),
        (("retry", "--all", "--by", "olga"), "TEMPORAL_ADDRESS is not set"),
        (("search-attributes",), "TEMPORAL_ADDRESS is not set"),
        (("migrate",), "KOPEYKA_DATABASE_URL is not set"),
        (("books", "check"), "KOPEYKA_DATABASE_URL is not set"),
        (("purge",), "KOPEYKA_DATABASE_URL is not set"),
        (("api",), "KOPEYKA_DATABASE_URL is not set"),
        (("mailbox", "operator=a@b.ru"), "KOPEYKA_DATABASE_URL is not set"),
        (("bank-statement", "import", "README.md", "--by", "olga"), " is not set"),
        (("token", "operator"), "KOPEYKA_ENVIRONMENT is not development"),
    ],
)
def test_without_an_environment_every_command_says_in_one_line_what_is_missing(
    arguments: tuple[str, ...], says: str
) -> None:
    done = run(arguments, BARE)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert says in line


def test_an_api_without_temporal_s_address_does_not_start() -> None:
    environment = {name: value for name, value in ENVIRONMENT.items() if "ADDRESS" not in name}
    done = process(("api", "--port", "0"), environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("TEMPORAL_ADDRESS is not set")


@pytest.mark.parametrize(
    ("environment", "content"),
    [
        ({"TEMPORAL_PROFILE": "nowhere"}, ""),
        ({}, "[profile"),
        ({}, "[profile.default]\nadress = 1"),
    ],
)
def test_a_profile_of_temporal_that_cannot_be_read_is_one_line(
    environment: dict[str, str], content: str, tmp_path: Path
) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text(content)
    done = run(("needs-operator",), {**BARE, **environment, "TEMPORAL_CONFIG_FILE": str(file)})
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(("the profile of Temporal", "TEMPORAL_ADDRESS is not set"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("client", "--client-id", "../1"), "a client's id is Latin letters"),
        (("client",), "--client-id belongs to the role client"),
        (("operator", "--client-id", "romashka"), "--client-id belongs to the role client"),
        (("operator", "--login", "olga petrova"), "a login is one word"),
        (("operator", "--login", "system"), "a login is one word"),
        (("operator", "--login", "o" * (MAX_LOGIN_LENGTH + 1)), "a login is one word"),
        (("operator", "--hours", "0"), "--hours lies between 1 and"),
    ],
)
def test_a_token_that_the_api_would_refuse_is_not_printed(
    arguments: tuple[str, ...], says: str
) -> None:
    done = starter("token", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert says in line


HEAVY = {"temporalio", "fastapi", "pydantic", "sqlalchemy", "psycopg", "holidays", "structlog"}
"""What takes seconds to load together."""
MAX_MODULES = 450
"""A script asks for many tokens: Python itself, argparse and what signs need about 400."""


SHOW_MODULES = """
import sys
from starter.__main__ import main
main(sys.argv[1:])
print(*sys.modules, sep="\\n")
"""


def test_a_token_loads_only_what_signs_it() -> None:
    told = subprocess.run(  # noqa: S603 - our own program
        [
            sys.executable,
            "-c",
            SHOW_MODULES,
            "token",
            "operator",
        ],
        cwd=ROOT,
        env={
            "PATH": os.defpath,
            "KOPEYKA_ENVIRONMENT": "development",
            "KOPEYKA_DEVELOPMENT_KEY": DEVELOPMENT_KEY,
        },
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=True,
    )
    token, *modules = told.stdout.splitlines()
    assert jwt.decode(token, DEVELOPMENT_KEY, algorithms=["HS256"])["sub"] == "operator"
    assert not HEAVY & set(modules)
    assert len(modules) < MAX_MODULES


def test_a_token_says_what_was_asked_for() -> None:
    done = starter("token", "client", "--client-id", "romashka", "--hours", "1")
    claims = jwt.decode(done.stdout.strip(), DEVELOPMENT_KEY, algorithms=["HS256"])
    assert (claims["sub"], claims["role"], claims["client_id"]) == (
        "romashka",
        "client",
        "romashka",
    )


def test_production_gives_no_tokens() -> None:
    environment = {**ENVIRONMENT, "KOPEYKA_ENVIRONMENT": "production"}
    with_key = run(("token", "operator"), environment)
    del environment["KOPEYKA_DEVELOPMENT_KEY"]
    without_key = run(("token", "operator"), environment)
    for done in (with_key, without_key):
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1


def test_a_database_is_migrated_once_and_its_books_are_right(
    postgres: Postgres, acquirer_process: SandboxAcquirer
) -> None:
    name = f"cli_{uuid4().hex}"
    url = postgres.create_database(name)
    for _ in range(2):
        assert starter("migrate", KOPEYKA_DATABASE_URL=url).returncode == 0
    acquirer = at_the(acquirer_process)
    checked = starter("books", "check", KOPEYKA_DATABASE_URL=url, **acquirer)
    assert (checked.returncode, checked.stdout) == (0, "Книги сходятся\n")
    alone = starter("books", "check", KOPEYKA_DATABASE_URL=url)
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "acquirer could not be asked" in alone.stderr
    postgres.drop_database(name)


@pytest.mark.parametrize(
    ("arguments", "revision", "says"),
    [
        (("migrate",), "0014", "start with an empty database"),
        (("migrate",), "0099_pages", "start the release that migrated the database"),
        (("api", "--port", "0"), "0014", "start with an empty database"),
        (("api", "--port", "0"), "0099_pages", "start the release that migrated the database"),
        (("api", "--port", "0"), REVISIONS[0], "run `python -m starter migrate` first"),
        (("api", "--port", "0"), None, "run `python -m starter migrate` first"),
    ],
)
def test_a_database_of_another_schema_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], revision: str | None, says: str, postgres: Postgres
) -> None:
    with database_at(postgres, revision) as url:
        done = starter(*arguments, KOPEYKA_DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("the database")
    assert says in line


def test_a_migration_that_fails_is_one_line_and_exit_code_2(postgres: Postgres) -> None:
    with database_at(postgres, None) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE policies ()")
        done = starter("migrate", KOPEYKA_DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        'the database could not be migrated: relation "policies" already exists\n'
    )


def at_the(acquirer: SandboxAcquirer) -> dict[str, str]:
    """The variables of an acquirer that answers."""
    return {
        "KOPEYKA_ACQUIRER_URL": acquirer.url,
        "KOPEYKA_ACQUIRER_SHOP_ID": SHOP_ID,
        "KOPEYKA_ACQUIRER_SECRET_KEY": SECRET_KEY,
    }


async def test_the_check_of_the_books_reads_the_acquirers_list(
    books: Books, database_url: str, acquirer_process: SandboxAcquirer
) -> None:
    payment_id = await acquirer_process.payment("100.00")
    books.payment(books.invoice(paid=()), 10_000, acquirer_id=payment_id)
    refund_id = await acquirer_process.give_back(payment_id, "100.00")
    acquirer = at_the(acquirer_process)
    checked = await asyncio.to_thread(
        starter, "books", "check", KOPEYKA_DATABASE_URL=database_url, **acquirer
    )
    assert checked.returncode == 1
    assert f"наши платежи возвращаем только мы: {refund_id}, 100.00" in checked.stdout


def test_a_difference_in_the_books_is_a_line_and_exit_code_1(
    books: Books, database_url: str, acquirer_process: SandboxAcquirer
) -> None:
    number = books.invoice()
    books.rows("UPDATE invoices SET paid_kopecks = 1 WHERE number = %(n)s RETURNING 1", n=number)
    acquirer = at_the(acquirer_process)
    url = {"KOPEYKA_DATABASE_URL": database_url, **acquirer}
    checked = starter("books", "check", **url)
    english = starter("books", "check", "--language", "en", **url)
    books.rows(
        "UPDATE invoices SET paid_kopecks = total_kopecks WHERE number = %(n)s RETURNING 1",
        n=number,
    )
    assert checked.returncode == 1
    for printed, invariant in (
        (checked, "оплачено по счёту столько, сколько принесли его платежи: "),
        (english, "an invoice is paid by its payments: "),
    ):
        (line,) = [line for line in printed.stdout.splitlines() if line.startswith(invariant)]
        assert number in line


def test_purge_forgets_what_is_past_its_retention_and_keeps_the_rest(
    books: Books, database_url: str
) -> None:
    for key, age in (("old", "31 days"), ("new", "29 days")):
        books.connection.execute(
            "INSERT INTO idempotency_keys (caller, key, fingerprint, created_at)"
            " VALUES ('a', %s, 'f', now() - %s::interval)",
            (key, age),
        )
    client = books.client()
    for place, age in enumerate(("2 days", "1 hour")):
        books.connection.execute(
            "INSERT INTO sessions (token_hash, login, role, client_ids, client_id, began_by,"
            " began_at, seen_at, ends_at) SELECT sha256(%s), 'anna', 'client',"
            " jsonb_build_array(%s::text), %s, 'link', now() - interval '3 days',"
            " now() - %s::interval, now() + interval '4 days'",
            (f"session {place}".encode(), client, client, age),
        )
        books.connection.execute(
            "INSERT INTO login_links (token_hash, address, issued_at, ends_at)"
            " SELECT sha256(%s), 'a@b.example', now() - %s::interval, now()",
            (f"link {place}".encode(), age),
        )
        books.connection.execute(
            "INSERT INTO login_attempts (state_hash, nonce, code_verifier, target, ends_at)"
            " SELECT sha256(%s), 'n', 'v', '/', now() + interval '1 day' - %s::interval",
            (f"attempt {place}".encode(), age),
        )
    for place, (ended, confirmed) in enumerate(((31, False), (29, False), (31, True))):
        books.connection.execute(
            "INSERT INTO email_changes (token_hash, client_id, old_address, new_address, asked_by,"
            " asked_at, ends_at, confirmed_by, confirmed_at) SELECT sha256(%s), %s, 'a@b.example',"
            " 'c@d.example', 'anna', at - interval '1 day', at, CASE WHEN %s THEN 'anna' END,"
            " CASE WHEN %s THEN at END FROM (SELECT now() - make_interval(days => %s) AS at) AS t",
            (f"change {place}".encode(), client, confirmed, confirmed, ended),
        )
    done = starter("purge", KOPEYKA_DATABASE_URL=database_url)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "idempotency keys: 1",
        "sessions: 1",
        "log-in links: 2",
        "address changes: 1",
        "files that nothing names: 0",
        "contents of files: 0",
        "updates of Telegram: 0",
        "messages of the bot: 0",
        "drafts of Telegram: 0",
        "messages of drafts: 0",
        "incoming letters: 0",
        "senders of letters: 0",
    ]
    left = books.rows("SELECT key FROM idempotency_keys WHERE caller = 'a'")
    assert [row.key for row in left] == ["new"]


async def test_search_attributes_are_registered_once(temporal_env: WorkflowEnvironment) -> None:
    client, namespace = temporal_env.client, f"new-{uuid4().hex}"
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace=namespace, workflow_execution_retention_period=Duration(seconds=DAY_SECONDS)
        )
    )
    environment = {
        "TEMPORAL_ADDRESS": client.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": namespace,
    }
    first = starter("search-attributes", **environment)
    names = "CaseChanges, CaseStatus, NeedsOperator, WaitUntil, WaitingFor"
    assert (first.returncode, first.stdout) == (0, f"registered: {names}\n"), first.stderr
    again = starter("search-attributes", **environment)
    assert (again.returncode, again.stdout) == (0, "every search attribute is registered\n")


def test_a_case_that_is_not_open_cannot_be_retried(temporal_env: WorkflowEnvironment) -> None:
    address = temporal_env.client.service_client.config.target_host
    namespace = temporal_env.client.namespace
    environment = {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": namespace}
    missing = starter("retry", "refund-nothing-1", "--by", "olga", **environment)
    assert (missing.returncode, missing.stderr) == (2, "there is no open case refund-nothing-1\n")
