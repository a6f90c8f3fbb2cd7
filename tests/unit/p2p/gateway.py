"""A home router of our own that passes ports on, or refuses to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from async_upnp_client.profiles.igd import IgdDevice

SERVICE = "urn:schemas-upnp-org:service:WANIPConnection:1"
DESCRIPTION = f"""<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>
<device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
<friendlyName>gateway</friendlyName><manufacturer>m</manufacturer><modelName>n</modelName><UDN>uuid:1</UDN>
<deviceList><device><deviceType>urn:schemas-upnp-org:device:WANDevice:1</deviceType>
<friendlyName>wan</friendlyName><manufacturer>m</manufacturer><modelName>n</modelName><UDN>uuid:2</UDN>
<deviceList><device><deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:1</deviceType>
<friendlyName>con</friendlyName><manufacturer>m</manufacturer><modelName>n</modelName><UDN>uuid:3</UDN>
<serviceList><service><serviceType>{SERVICE}</serviceType>
<serviceId>urn:upnp-org:serviceId:WANIPConn1</serviceId><controlURL>/control</controlURL>
<eventSubURL>/event</eventSubURL><SCPDURL>/scpd</SCPDURL></service></serviceList>
</device></deviceList></device></deviceList></device></root>"""
ADD_ARGUMENTS = (
    ("NewRemoteHost", "string"), ("NewExternalPort", "ui2"), ("NewProtocol", "string"), ("NewInternalPort", "ui2"),
    ("NewInternalClient", "string"), ("NewEnabled", "boolean"), ("NewPortMappingDescription", "string"),
    ("NewLeaseDuration", "ui4"),
)  # fmt: skip


def scpd() -> str:
    arguments = "".join(
        f"<argument><name>{name}</name><direction>in</direction><relatedStateVariable>{name}V</relatedStateVariable>"
        "</argument>"
        for name, _ in ADD_ARGUMENTS
    )
    variables = "".join(
        f'<stateVariable sendEvents="no"><name>{name}V</name><dataType>{kind}</dataType></stateVariable>'
        for name, kind in (*ADD_ARGUMENTS, ("ExternalIPAddress", "string"))
    )
    return f"""<?xml version="1.0"?><scpd xmlns="urn:schemas-upnp-org:service-1-0">
    <specVersion><major>1</major><minor>0</minor></specVersion><actionList>
    <action><name>AddPortMapping</name><argumentList>{arguments}</argumentList></action>
    <action><name>GetExternalIPAddress</name><argumentList><argument><name>NewExternalIPAddress</name>
    <direction>out</direction><relatedStateVariable>ExternalIPAddressV</relatedStateVariable></argument>
    </argumentList></action></actionList><serviceStateTable>{variables}</serviceStateTable></scpd>"""


class Gateway:
    def __init__(self, *, willing: bool = True) -> None:
        self.willing = willing
        self.calls: list[str] = []

    async def description(self, request: web.Request) -> web.Response:
        return web.Response(text=DESCRIPTION, content_type="text/xml")

    async def service(self, request: web.Request) -> web.Response:
        return web.Response(text=scpd(), content_type="text/xml")

    async def control(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.calls.append(body)
        action = request.headers["SOAPAction"].strip('"').rpartition("#")[2]
        if not self.willing:
            return web.Response(status=500, text="no")
        answer = "<NewExternalIPAddress>45.1.2.3</NewExternalIPAddress>" if action.startswith("Get") else ""
        text = f"""<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
        s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>
        <u:{action}Response xmlns:u="{SERVICE}">
        {answer}</u:{action}Response></s:Body></s:Envelope>"""
        return web.Response(text=text, content_type="text/xml")


@asynccontextmanager
async def network(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The gateway as the only device that answers a search."""
    app = web.Application()
    app.router.add_get("/", gateway.description)
    app.router.add_get("/scpd", gateway.service)
    app.router.add_post("/control", gateway.control)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]

    async def search(**options: int) -> list[dict[str, str]]:
        return [{"location": "http://127.0.0.1:1/"}, {"location": f"http://127.0.0.1:{port}/"}, {}]

    monkeypatch.setattr(IgdDevice, "async_search", search)
    yield
    await runner.cleanup()
