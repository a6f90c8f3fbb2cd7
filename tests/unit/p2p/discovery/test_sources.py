"""Where addresses come from besides the UDP table: names, the local network."""

from zeroconf import DNSCache, RecordUpdate

from pybytomd.p2p.discovery.dns_seeds import resolve_seeds
from pybytomd.p2p.discovery.mdns import LanDiscovery, _Browser, service_info
from pybytomd.p2p.network_address import NetAddress

A, B = NetAddress("10.0.0.1", 46657), NetAddress("10.0.0.2", 46657)


async def test_names_that_do_not_resolve_are_skipped() -> None:
    async def resolve(name: str, port: int) -> list[str]:
        if name == "down":
            raise OSError("no such name")
        if name == "slow":
            raise TimeoutError
        return ["10.0.0.1", "10.0.0.2", "10.0.0.1"]

    assert await resolve_seeds(["down", "good", "slow", "good"], 46657, resolve) == [A, B]
    assert await resolve_seeds([], 46657, resolve) == []


def test_announcements_have_the_references_names() -> None:
    info = service_info("solonet", 46658, ["10.0.0.5"], "myhost")
    assert info.type == "bytomsolonetLanDiscover.local."
    assert info.name == "bytomd.bytomsolonetLanDiscover.local."
    assert (info.server, info.port, info.text) == ("myhost.local.", 46658, b"")


def test_announcements_of_others_are_reported_and_our_own_are_not() -> None:
    found: list[NetAddress] = []
    address = NetAddress("10.0.0.4", 46658)
    own = LanDiscovery("solonet", address, found.append)
    cache = DNSCache()

    class Network:
        pass

    network = Network()
    network.cache = cache  # type: ignore[attr-defined]
    browser = _Browser(network, own._info.name, own.report)  # type: ignore[arg-type]
    for ip, host, port in (
        ("10.0.0.5", "other", 46658),
        (address.ip, "own", 46658),
        ("10.0.0.6", "x", 0),
    ):
        info = service_info("solonet", port, [ip], host)
        records = [info.dns_service(), *info.dns_addresses()]
        browser.async_update_records(network, 0.0, [RecordUpdate(record, None) for record in records])  # type: ignore[arg-type]
        cache.async_add_records(records)
        browser.async_update_records_complete()
    assert found == [NetAddress("10.0.0.5", 46658)]
