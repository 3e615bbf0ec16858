"""The units and the site in deploy/: the service may write two folders and do nothing to the machine, and a restart
closes no door."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from feedback_app.config import ROOT
from feedback_app.web.headers import HSTS
from tests.support.unit_files import UnitFile, read_unit

DEPLOY = ROOT / "deploy"
SERVICES = sorted(path.name for path in DEPLOY.glob("*.service"))
HARDENED = {
    "UMask": "0077",
    "LimitCORE": "0",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "ProtectProc": "invisible",
    "ProtectClock": "yes",
    "ProtectHostname": "yes",
    "ProtectControlGroups": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "PrivateDevices": "yes",
    "PrivateTmp": "yes",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallFilter": "@system-service",
    "SystemCallErrorNumber": "EPERM",
}
"""What stands once in every unit."""
START_SECONDS = 40
"""What a start may take on a busy machine; it takes three on a quiet one."""
STATE = ["/var/lib/feedback"]
WRITTEN = {
    "feedback-backup.service": [*STATE, "/var/backups/feedback"],
    "feedback-proxy-page.service": [],
    "feedback-web.service": STATE,
    "feedback-worker.service": STATE,
}


def unit(name: str) -> UnitFile:
    return read_unit(DEPLOY / name)


def site() -> str:
    """The site's configuration without its comments."""
    text = (DEPLOY / "nginx.conf").read_text()
    return re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)


def test_p40_each_unit_is_named_here_with_what_it_may_write() -> None:
    assert list(WRITTEN) == SERVICES


@pytest.mark.parametrize("name", SERVICES)
def test_p34_p40_a_unit_runs_as_the_service_and_may_do_nothing_to_the_machine(
    name: str,
) -> None:
    service = unit(name)
    found = {key: service.every("Service", key) for key in HARDENED}
    assert found == {key: [value] for key, value in HARDENED.items()}
    assert service.one("Service", "User") == "feedback"
    assert service.words("Service", "ReadWritePaths") == WRITTEN[name]
    assert re.fullmatch(r"\d+[MG]", service.one("Service", "MemoryMax"))
    assert service.every("Service", "EnvironmentFile") == ["/etc/feedback/settings"]


def test_p34_no_unit_may_write_keys_settings_or_code() -> None:
    for name, folders in WRITTEN.items():
        for folder in folders:
            for kept in ("/etc/feedback/keys", "/etc/feedback/settings", "/srv"):
                assert not Path(kept).is_relative_to(folder), name


def test_p49_the_door_is_a_socket_that_stays_open_while_the_service_restarts() -> None:
    web = unit("feedback-web.service")
    door = unit("feedback-web.socket").one("Socket", "ListenStream")
    upstream = re.findall(r"server (\S+) max_fails=0;", site())
    assert upstream == [door]
    assert "feedback-web.socket" in web.words("Unit", "Requires")
    assert "feedback-web.socket" in web.words("Unit", "After")
    assert "--bind" not in web.one("Service", "ExecStart")
    assert "bind" not in (DEPLOY / "gunicorn.conf.py").read_text()


def test_p49_nginx_waits_longer_than_a_restart_can_last() -> None:
    ends = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))["graceful_timeout"]
    stops = int(unit("feedback-web.service").one("Service", "TimeoutStopSec"))
    waits = int(re.findall(r"proxy_read_timeout (\d+)s;", site())[0])
    assert ends < stops, "gunicorn ends by itself before systemd kills it"
    assert ends + START_SECONDS <= waits


def test_p60_the_proxys_page_is_made_beside_a_restart_and_every_hour_not_in_its_way() -> (
    None
):
    web, page = unit("feedback-web.service"), unit("feedback-proxy-page.service")
    assert "feedback-proxy-page.service" in web.words("Unit", "Wants")
    assert "feedback-proxy-page.service" not in web.words("Unit", "After")
    assert web.every("Service", "ExecStartPre") == []
    assert page.one("Service", "ExecStart").split()[-1] == "/run/feedback/down.html"
    assert page.one("Service", "RuntimeDirectoryPreserve") == "yes"
    assert "root /run/feedback;" in site()
    assert unit("feedback-proxy-page.timer").one("Timer", "OnCalendar") == "hourly"


def test_p44_the_site_says_hsts_as_the_service_does_and_tells_it_the_true_scheme() -> (
    None
):
    said = re.findall(r'Strict-Transport-Security "([^"]*)" always', site())
    own_pages = re.findall(r"^\s*root ", site(), flags=re.MULTILINE)
    assert said == [HSTS] * len(own_pages)
    assert re.findall(r"X-Forwarded-Proto (\S+);", site()) == ["$scheme"]
    assert re.findall(r"ssl_protocols (.*);", site()) == ["TLSv1.2 TLSv1.3"]
    assert "return 301 https://$host$request_uri;" in site()


def test_a_line_that_is_no_setting_is_found(tmp_path: Path) -> None:
    broken = tmp_path / "broken.service"
    broken.write_text("[Service]\nExecStart\n")
    with pytest.raises(ValueError, match=r"broken\.service:2"):
        read_unit(broken)
