"""Support's mailbox in a real catcher, with everything behind it."""

from collections.abc import Iterator

import pytest
import pytest_asyncio
from temporalio.client import Client

from db.database import Database
from gateways.scans import ScanReader
from settings import Settings
from stack.catcher.authenticated import AUTHSERV_ID
from stack.mailbox import Mailbox as Catcher
from stack.ports import Ports
from stack.processes import Supervisor
from stack.product import inherited
from starter.commands.cases import Cases
from starter.commands.services import Services
from tests.gateways.sandbox_acquirer import SandboxAcquirer
from tests.product_settings import settings_of
from tests.starter import caller
from tests.starter.mail_in.post import SUPPORT, Post
from tests.starter.refund.shop import Shop


@pytest.fixture(scope="session")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catcher]:
    """The stack's mail server."""
    folder = tmp_path_factory.mktemp("mail")
    with Ports() as ports, Supervisor(print) as supervisor:
        smtp, imap, http = (ports.reserve_any() for _ in range(3))
        catcher = Catcher(smtp, imap, http, folder, folder / "mail.log")
        supervisor.start(catcher.command(inherited()))
        yield catcher


@pytest.fixture(scope="module")
def settings(database_url: str, acquirer_process: SandboxAcquirer, catcher: Catcher) -> Settings:
    """An installation that reads letters."""
    environment = caller.environment(
        database_url,
        KOPEYKA_ACQUIRER_URL=acquirer_process.url,
        KOPEYKA_SMTP_PORT=str(catcher.smtp_port),
        KOPEYKA_SUPPORT_MAILBOX=SUPPORT,
        KOPEYKA_MAIL_AUTHSERV_ID=AUTHSERV_ID,
    )
    return settings_of(environment)


@pytest_asyncio.fixture
async def post(shop: Shop, database: Database, catcher: Catcher) -> Post:
    """Clients who write letters, and what reads them."""

    async def connect() -> Client:
        return shop.temporal

    cases = Cases(connect, shop.settings.task_queue)
    services = Services(shop.settings, database, cases, ScanReader())
    return Post(services, shop, catcher)
