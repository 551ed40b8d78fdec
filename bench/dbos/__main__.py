"""Our API with its refunds run by DBOS in the same process: `python -m bench.dbos --port N`.

The settings are those of our API; the checkpoints stand in a schema of the same database. Letters
are delivered here too, by the step of our worker.
"""

import argparse
import asyncio
import gc
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.utils import parseaddr

import uvicorn
from dbos import DBOS, DBOSConfig
from temporalio.testing import ActivityEnvironment

from activities.notification.notification import NotificationActivities
from activities.payout.payout import PayoutActivities
from activities.refund import RefundActivities
from bench.dbos.refund import DbosCases, refund_workflow
from db.database import Database
from environment import set_up_logs
from gateways.acquirer import AcquirerGateway
from settings import Settings
from stack.ports import LOOPBACK
from starter.api.app import create_app
from starter.connection import connect
from worker import build_mail

NAME = "bench-dbos"


def main() -> None:
    """Serves until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m bench.dbos", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    set_up_logs()
    asyncio.run(_serve(Settings.from_environment(), port))
    gc.collect()


async def _serve(settings: Settings, port: int) -> None:
    DBOS(config=_config(settings))
    database = Database(settings.database_url)
    acquirer = AcquirerGateway(
        settings.acquirer_url, settings.acquirer_shop_id, settings.acquirer_secret_key
    )
    run = refund_workflow(RefundActivities(database), PayoutActivities(database, acquirer))
    app = create_app(settings, database, connect)
    app.state.services = replace(app.state.services, cases=DbosCases(run))
    server = uvicorn.Server(
        uvicorn.Config(app, host=LOOPBACK, port=port, log_config=None, access_log=False)
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _stop, server)
    DBOS.launch()
    async with _delivering(settings):
        await server.serve()
    DBOS.destroy()
    await acquirer.aclose()


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True


def _config(settings: Settings) -> DBOSConfig:
    """As the library comes: it listens for notifications, as our database announces letters."""
    return {
        "name": NAME,
        "system_database_url": settings.database_url,
        "log_level": "WARNING",
    }


@asynccontextmanager
async def _delivering(settings: Settings) -> AsyncIterator[None]:
    async with Database(settings.database_url) as database:
        letters = NotificationActivities(
            database,
            build_mail(settings),
            company=settings.company,
            cabinet_url=settings.cabinet_url,
            domain=parseaddr(settings.mail_from)[1].rpartition("@")[2],
        )
        delivering = asyncio.create_task(ActivityEnvironment().run(letters.deliver))
        try:
            yield
        finally:
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)


if __name__ == "__main__":
    main()
