"""The way to Temporal by the environment's profile (address, namespace, TLS, API key)."""

from urllib.parse import quote

from temporalio.client import Client

from environment import temporal_options, temporal_profile
from settings import Settings

DEFAULT_NAMESPACE = "default"
"""The one that a client is in when its profile names none."""


async def connect() -> Client:
    """Tries once; raises RuntimeError when the server does not answer, `SettingMissing` where
    nobody says which.

    Payloads are converted as the worker converts them: it could not read anything else.
    """
    return await Client.connect(**temporal_options())


def web_ui_of(settings: Settings, case_id: str) -> str | None:
    """The page of a case in the Web UI; None when nobody said where the Web UI is.

    Asks no server: a case is read while Temporal is away.
    """
    if not settings.temporal_ui_url:
        return None
    namespace = quote(temporal_profile().get("namespace", DEFAULT_NAMESPACE), safe="")
    address = settings.temporal_ui_url.rstrip("/")
    return f"{address}/namespaces/{namespace}/workflows/{quote(case_id, safe='')}"
