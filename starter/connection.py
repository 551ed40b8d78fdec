"""The way to Temporal by the environment's profile (address, namespace, TLS, API key)."""

from temporalio.client import Client

from settings import temporal_options


async def connect() -> Client:
    """Tries once; raises RuntimeError when the server does not answer.

    Payloads are converted as the worker converts them: it could not read anything else.
    """
    return await Client.connect(**temporal_options())
