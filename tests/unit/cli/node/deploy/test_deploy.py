"""What ``pybytomd deploy`` prints: figures that exist, units and recipes for the place that was named."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from pybytomd.cli.bytomd import program
from pybytomd.cli.node.deploy.alerts import ALERTS, rules
from pybytomd.cli.node.deploy.container import recipe
from pybytomd.cli.node.deploy.dashboard import PANELS, WIDTH, dashboard
from pybytomd.cli.node.deploy.place import Place
from pybytomd.cli.node.deploy.systemd import unit
from pybytomd.errors import ConfigError
from pybytomd.rpc.pages.metrics import METRICS

FIGURES = {metric.name for metric in METRICS}
FIGURE = re.compile(r"\b(?:bytom|process)_\w+")


def place(home: str = "/var/lib/bytom", network: str = "mainnet") -> Place:
    return Place(Path(home), "bytom", network, ("/opt/bytom/bin/pybytomd",))


def figures_in(expression: str) -> set[str]:
    return {re.sub("_(bucket|sum|count)$", "", name) for name in FIGURE.findall(expression)}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_is_over_figures_that_there_are(alert: object) -> None:
    expression = alert.expression  # type: ignore[attr-defined]
    assert figures_in(expression) <= FIGURES
    assert figures_in(expression) or expression.startswith("up{")


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.title)
def test_a_panel_is_over_figures_that_there_are(panel: object) -> None:
    for expression, _ in panel.queries:  # type: ignore[attr-defined]
        assert figures_in(expression)
        assert figures_in(expression) <= FIGURES


def test_panels_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(dashboard())["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert at["x"] + at["w"] <= WIDTH
        assert not cells & taken
        taken |= cells


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_takes_the_rules(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(rules())
    subprocess.run(["promtool", "check", "rules", tmp_path / "rules.yml"], check=True, capture_output=True)


def test_a_unit_lets_the_node_write_to_its_home_alone() -> None:
    assert "\nStateDirectory=bytom\n" in unit(place())
    assert "\nReadWritePaths=" not in unit(place())
    elsewhere = unit(place("/srv/bytom"))
    assert "\nReadWritePaths=/srv/bytom\n" in elsewhere
    assert "\nProtectHome=yes\n" in elsewhere
    assert "\nProtectHome=read-only\n" in unit(place("/home/alice/.bytom"))
    text = unit(place("/srv/my node", "testnet"))
    assert "ExecStart=/opt/bytom/bin/pybytomd node --home '/srv/my node'\n" in text
    assert "init --chain_id testnet --home '/srv/my node'\n" in text
    for line in ("Type=notify", "WatchdogSec=60", "ExecReload=/bin/kill -HUP $MAINPID", "NoNewPrivileges=yes"):
        assert f"\n{line}\n" in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    executable = shutil.which("true")
    assert executable is not None
    file = tmp_path / "pybytomd.service"
    for home in ("/var/lib/bytom", "/srv/my node"):
        file.write_text(unit(Place(Path(home), "daemon", "mainnet", (executable,))))
        done = subprocess.run(
            ["systemd-analyze", "verify", file], capture_output=True, text=True, check=False, timeout=60
        )
        assert str(file.name) not in done.stderr  # of other units it may complain
        assert done.returncode == 0 or done.stderr


@pytest.mark.parametrize(("network", "port"), [("mainnet", 46657), ("solonet", 46658), ("bytom2-testnet", 46656)])
def test_a_container_opens_the_port_of_its_network(network: str, port: int) -> None:
    text = recipe(place(network=network))
    assert f"EXPOSE 9888/tcp {port}/tcp {port}/udp\n" in text
    assert "http://127.0.0.1:9888/health" in text
    assert f"pybytomd init --chain_id {network} && exec pybytomd node" in text


@pytest.mark.parametrize(
    ("home", "user", "network", "reason"),
    [
        ("/x", "bytom", "nonet", "nonet"),
        ("/x", "no body", "mainnet", "no name of a system user"),
        ("/x%h", "bytom", "mainnet", "choose a home directory without quotes"),
        ("/x\nUser=root", "bytom", "mainnet", "choose a home directory without quotes"),
    ],
)
def test_odd_places_are_refused(home: str, user: str, network: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        Place.of(Path(home), user, network)


def test_the_home_of_a_service_is_not_that_of_whoever_asks() -> None:
    def printed(*arguments: str, **variables: str) -> str:
        return CliRunner().invoke(program(variables), ["deploy", "systemd", *arguments]).stdout

    assert "--home /var/lib/bytom\n" in printed(HOME="/home/me")
    assert "--home /srv/a\n" in printed("--home", "/srv/a", HOME="/home/me")
    assert "--home /srv/b\n" in printed(HOME="/home/me", TM_HOME="/srv/b")
