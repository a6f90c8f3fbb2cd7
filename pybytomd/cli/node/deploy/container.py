"""A recipe for a container image: built from the sources, run without rights, asked for its health."""

from __future__ import annotations

from pybytomd.cli.node.deploy.place import Place
from pybytomd.ledger.bytom2.params import net_params as bytom2_params
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.ledger.networks.params import net_params
from pybytomd.node.settings.network import network_of_name

HOME = "/var/lib/bytom"

RECIPE = """\
# A node of {network} in a container. In the directory of the sources:
#   pybytomd deploy container > Containerfile
#   podman build -t pybytomd -f Containerfile .        (or docker build)
#   podman run -d --name bytom -v bytom:{home} -p {port}:{port} -p {port}:{port}/udp \\
#     -p 127.0.0.1:9888:9888 --stop-timeout 30 pybytomd
# From outside the container the API asks for an access token:
#   podman exec bytom pybytomcli token create NAME
FROM python:3.12-slim AS build
RUN apt-get update \\
    && apt-get install -y --no-install-recommends gcc g++ libc6-dev \\
    && rm -rf /var/lib/apt/lists/*
COPY pyproject.toml README.md LICENSE /src/
COPY pybytomd /src/pybytomd
RUN python -m venv /opt/bytom && /opt/bytom/bin/pip install --no-cache-dir '/src[speed]'

FROM python:3.12-slim
COPY --from=build /opt/bytom /opt/bytom
RUN useradd --system --user-group --uid 10001 --home-dir {home} --shell /usr/sbin/nologin {user} \\
    && install -d -m 0700 -o {user} -g {user} {home}
USER {user}
ENV PATH=/opt/bytom/bin:$PATH TM_HOME={home} TM_WEB_CLOSED=true LISTEN=0.0.0.0:9888 \\
    PYTHONUNBUFFERED=1
VOLUME {home}
EXPOSE 9888/tcp {port}/tcp {port}/udp
STOPSIGNAL SIGTERM
# It lives when it answers; whether it is ready to serve is told by /ready.
HEALTHCHECK --interval=30s --timeout=10s --start-period=5m --retries=3 \\
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:9888/health', timeout=8)"]
ENTRYPOINT ["sh", "-c", "pybytomd init --chain_id {network} && exec pybytomd node \\"$@\\"", "pybytomd"]
"""


def recipe(place: Place) -> str:
    """The text of the recipe. The home is one inside the container, whatever that of the place is."""
    return RECIPE.format(network=place.network, home=HOME, user=place.user, port=_port(place.network))


def _port(name: str) -> int:
    network = network_of_name(name)
    if network.kind is ChainKind.BYTOM2:
        return bytom2_params(network.name).listen_port
    return net_params(network.chain_id).listen_port
