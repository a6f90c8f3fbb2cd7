"""Asking the home router to pass our port on to us, by UPnP.

Search, description and control calls are async-upnp-client's, which parses what it is sent with defusedxml. The
descriptions of the mappings are the reference's (p2p-and-sync reference, section 2.4). Any failure only means that
there is no mapping.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from ipaddress import IPv4Address

from async_upnp_client.aiohttp import AiohttpRequester
from async_upnp_client.client_factory import UpnpFactory
from async_upnp_client.profiles.igd import IgdDevice

from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.transport.listen import interface_address

logger = logging.getLogger(__name__)

SEARCH_SECONDS = 3
TOTAL_SECONDS = 15.0
"""Routers are slow, but a node does not wait for ever for one."""
MAX_GATEWAYS = 4
"""Devices asked, of those that answer the search; the others may be anybody's."""
EVERYBODY = IPv4Address(0)
PROTOCOLS = (("TCP", "bytomd tcp"), ("UDP", "bytomd udp"))


async def map_port(port: int) -> NetAddress | None:
    """Have TCP and UDP ``port`` passed on; the address others reach it by, or None without a willing router."""
    try:
        async with asyncio.timeout(TOTAL_SECONDS):
            return await _map_port(port)
    except TimeoutError:
        logger.info("no router opened the port in time")
    except OSError as error:
        logger.info("no router can be looked for", extra={"reason": str(error)})
    return None


async def _map_port(port: int) -> NetAddress | None:
    answers = await IgdDevice.async_search(timeout=SEARCH_SECONDS)
    locations = sorted({str(answer["location"]) for answer in answers if "location" in answer})
    for location in locations[:MAX_GATEWAYS]:
        try:
            return await _map_port_at(location, port)
        except Exception as error:  # noqa: BLE001 - the library fails in many ways on what a hostile device sends
            logger.info("router refuses", extra={"location": location, "reason": repr(error)})
    return None


async def _map_port_at(location: str, port: int) -> NetAddress:
    gateway = IgdDevice(await UpnpFactory(AiohttpRequester()).async_create_device(location), None)
    outside = IPv4Address(await gateway.async_get_external_ip_address())
    for protocol, description in PROTOCOLS:
        await gateway.async_add_port_mapping(
            remote_host=EVERYBODY,
            external_port=port,
            protocol=protocol,
            internal_port=port,
            internal_client=IPv4Address(interface_address()),
            enabled=True,
            description=description,
            lease_duration=timedelta(0),
        )
    return NetAddress(str(outside), port)
