"""The way to Temporal by the environment's profile (address, namespace, TLS, API key)."""

from temporalio.client import Client
from temporalio.envconfig import ClientConfig


async def connect() -> Client:
    """Tries once; raises RuntimeError when the server does not answer."""
    return await Client.connect(**ClientConfig.load_client_connect_config())
