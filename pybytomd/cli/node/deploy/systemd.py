"""A unit for systemd: it knows when the node is up, starts it anew when it hangs, and lets it at nothing else.

Source: the manual pages systemd.service(5), systemd.exec(5) and sd_notify(3).
"""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from pybytomd.cli.node.deploy.place import Place

STATE = Path("/var/lib")
PRIVATE = (Path("/home"), Path("/root"), Path("/run/user"))
"""What ``ProtectHome`` hides."""

UNIT = """\
# A node of {network}, for systemd. Install it with
#   useradd --system --user-group --home-dir {home} --shell /usr/sbin/nologin {user}
#   pybytomd deploy systemd > /etc/systemd/system/pybytomd.service
#   systemctl daemon-reload && systemctl enable --now pybytomd
[Unit]
Description=Bytom node ({network})
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=notify
NotifyAccess=main
User={user}
ExecStartPre={init}
ExecStart={node}
# The logs go on in new files; the node does not stop.
ExecReload=/bin/kill -HUP $MAINPID
# Opening a long chain takes its time; a hang later on does not go unseen.
TimeoutStartSec=infinity
WatchdogSec=60
Restart=on-failure
RestartSec=10
# It ends within five seconds by itself, with its databases whole.
TimeoutStopSec=30
LimitNOFILE=65536
Environment=TM_WEB_CLOSED=true PYTHONUNBUFFERED=1

# It writes to its home and nowhere else, and may do nothing that a node need not.
{storage}
UMask=0077
ProtectSystem=strict
ProtectHome={protect_home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
LockPersonality=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallFilter=setrlimit prlimit64 sched_setaffinity sched_setscheduler setpriority
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


def unit(place: Place) -> str:
    """The text of the unit."""
    return UNIT.format(
        network=place.network,
        home=place.home,
        user=place.user,
        init=place.command("init", "--chain_id", place.network),
        node=place.command("node"),
        storage=_storage(place.home),
        protect_home="read-only" if _is_private(place) else "yes",
    )


def _storage(home: Path) -> str:
    """Who makes the home: systemd if it is where such directories are, else whoever installs the unit."""
    if home.is_relative_to(STATE) and home != STATE:
        return f"StateDirectory={quote(str(home.relative_to(STATE)))}\nStateDirectoryMode=0700"
    return f"ReadWritePaths={quote(str(home))}"


def _is_private(place: Place) -> bool:
    paths = [place.home, *(Path(word) for word in place.program if word.startswith("/"))]
    return any(path.is_relative_to(private) for path in paths for private in PRIVATE)
