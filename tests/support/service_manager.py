"""What systemctl does, as far as docs/deploy.md asks it, for a machine without systemd: it reads the very unit files,
holds their sockets, runs their services as their users, and starts again what ends.

Tried are: User, WorkingDirectory, EnvironmentFile, Type (simple, notify, oneshot, forking), ExecStartPre, ExecStart,
ExecReload, Restart, Requires, Wants, sockets passed on, RuntimeDirectory, ReadWritePaths, UMask, LimitCORE,
NoNewPrivileges, CapabilityBoundingSet, PrivateTmp, ProtectHome, ProtectSystem. Not tried are filters of system calls
and of address families, limits of memory, and times of timers. Needs root and util-linux; nothing but Python's own.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.unit_files import UnitFile, read_unit

FOLDERS = (Path("/etc/systemd/system"), Path("/lib/systemd/system"))
DOOR = "/run/service-manager.sock"
"""Where `systemctl` finds the manager."""
LOGS = Path("/var/log/units")
START_SECONDS = 60
FIRST_SOCKET = 3
READY = b"READY=1"


class UnitFailed(Exception):
    """A unit that is not there, or did not start; says which."""


@dataclass
class Running:
    """A service that was started. `wanted` until somebody stops it."""

    unit: UnitFile
    pid: int
    wanted: bool = True
    child: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether its main process is there."""
        if self.child is not None:
            return self.child.poll() is None
        return Path(f"/proc/{self.pid}").exists()


@dataclass
class Manager:
    """The services and sockets of this machine."""

    services: dict[str, Running] = field(default_factory=dict)
    sockets: dict[str, socket.socket] = field(default_factory=dict)
    enabled: set[str] = field(default_factory=set)
    starts: dict[str, int] = field(default_factory=dict)
    _changing: threading.RLock = field(default_factory=threading.RLock)

    def do(self, words: list[str]) -> None:
        """Do what systemctl was asked for. Raises UnitFailed."""
        verb, names, now = words[0], [], "--now" in words
        names = [full_name(word) for word in words[1:] if not word.startswith("-")]
        verbs = {
            "start": self.start,
            "stop": self.stop,
            "restart": self.restart,
            "reload": self.reload,
            "reload-or-restart": self.reload_or_start,
            "is-active": self.check_active,
        }
        if verb == "daemon-reload":
            return
        if verb == "enable":
            self.enable(names, now=now)
        elif verb in verbs:
            for name in names:
                verbs[verb](name)
        else:
            raise UnitFailed(f"systemctl {verb}: not known here")

    def enable(self, names: list[str], *, now: bool) -> None:
        """Note the units for the next start of the machine, with those that they name; `now`: start them."""
        for name in names:
            unit = find_unit(name)
            if not unit.words("Install", "WantedBy"):
                raise UnitFailed(f"{name} has no WantedBy: it cannot be enabled")
            self.enabled |= {name, *unit.words("Install", "Also")}
            if now:
                self.start(name)

    def start(self, name: str) -> None:
        """Start a unit that is not started, what it requires before it, what it wants beside it."""
        unit = find_unit(name)
        for needed in unit.words("Unit", "Requires"):
            self.start(needed)
        for wanted in unit.words("Unit", "Wants"):
            if wanted.startswith("feedback-"):
                threading.Thread(
                    target=self._start_beside, args=(wanted,), daemon=True
                ).start()
        if name.endswith(".socket"):
            self._open(unit)
        elif name.endswith(".timer"):
            find_unit(name.replace(".timer", ".service"))
        else:
            with self._changing:
                found = self.services.get(name)
                if found is None or not found.alive:
                    self._run(unit)

    def _start_beside(self, name: str) -> None:
        with suppress(UnitFailed):
            self.start(name)

    def stop(self, name: str) -> None:
        """Stop a unit: TERM, and KILL for what is there after its time."""
        if name.endswith(".socket"):
            self.stop(name.replace(".socket", ".service"))
            held = self.sockets.pop(name, None)
            if held is not None:
                held.close()
            return
        found = self.services.pop(name, None)
        if found is None:
            return
        found.wanted = False
        with suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGTERM)
        until = time.monotonic() + seconds(
            found.unit.one("Service", "TimeoutStopSec", "90")
        )
        while found.alive and time.monotonic() < until:
            time.sleep(0.02)
        if found.alive:
            with suppress(ProcessLookupError):
                os.kill(found.pid, signal.SIGKILL)

    def restart(self, name: str) -> None:
        """Stop and start; a socket of the unit stays open."""
        self.stop(name)
        self.start(name)

    def reload(self, name: str) -> None:
        """Run the unit's ExecReload."""
        unit = find_unit(name)
        for command in unit.every("Service", "ExecReload"):
            self._step(unit, command)

    def reload_or_start(self, name: str) -> None:
        """Reload what runs, start what does not."""
        found = self.services.get(name)
        if found is not None and found.alive:
            self.reload(name)
        else:
            self.start(name)

    def check_active(self, name: str) -> None:
        """Raise UnitFailed for what does not run."""
        found = self.services.get(name)
        if name not in self.sockets and (found is None or not found.alive):
            raise UnitFailed(f"{name} is not active")

    def _open(self, unit: UnitFile) -> None:
        if unit.name in self.sockets:
            return
        host, port = unit.one("Socket", "ListenStream").rsplit(":", 1)
        backlog = int(unit.one("Socket", "Backlog", "4096"))
        self.sockets[unit.name] = socket.create_server(
            (host, int(port)), backlog=backlog
        )

    def _run(self, unit: UnitFile) -> None:
        """Run the service once, as its Type says, and watch what stays."""
        self.starts[unit.name] = self.starts.get(unit.name, 0) + 1
        for command in unit.every("Service", "ExecStartPre"):
            self._step(unit, command)
        command, kind = (
            unit.one("Service", "ExecStart"),
            unit.one("Service", "Type", "simple"),
        )
        if kind == "oneshot":
            self._step(unit, command)
            return
        if kind == "forking":
            self._step(unit, command)
            pid = int(Path(unit.one("Service", "PIDFile")).read_text())
            self.services[unit.name] = Running(unit, pid)
            return
        with tempfile.TemporaryDirectory(dir="/run") as folder:
            Path(folder).chmod(0o755)
            told = Path(folder) / "notify"
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
                ready.bind(str(told))
                told.chmod(0o666)
                child = self._spawn(unit, command, {"NOTIFY_SOCKET": str(told)})
                if kind == "notify":
                    wait_until_ready(unit, ready, child)
        running = Running(unit, child.pid, child=child)
        self.services[unit.name] = running
        threading.Thread(target=self._watch, args=(running,), daemon=True).start()

    def _watch(self, running: Running) -> None:
        """Start again what ended by itself."""
        assert running.child is not None
        running.child.wait()
        unit = running.unit
        if not running.wanted or unit.one("Service", "Restart") != "always":
            return
        time.sleep(seconds(unit.one("Service", "RestartSec", "0.1")))
        with self._changing, suppress(UnitFailed):
            if running.wanted and self.services.get(unit.name) is running:
                self._run(find_unit(unit.name))

    def _step(self, unit: UnitFile, command: str) -> None:
        """Run one command of a unit to its end. Raises UnitFailed when it fails and may not."""
        may_fail = command.startswith("-")
        code = self._spawn(unit, command.lstrip("-"), {}).wait(START_SECONDS)
        if code and not may_fail:
            raise UnitFailed(f"{unit.name} failed ({code}): {log_end(unit)}")

    def _spawn(
        self, unit: UnitFile, command: str, more: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        """Start one command of a unit as its user, in what the unit leaves it of the machine."""
        own = [
            held.fileno()
            for name, held in self.sockets.items()
            if name == unit.name.replace(".service", ".socket")
        ]
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            **read_environment(unit),
            **more,
        }
        script = "\n".join([*enclosing(unit), *leading(unit, own)])
        alone = ("unshare", "--mount", "--propagation", "unchanged")
        words = [*alone, "bash", "-ec", script, "bash", *shlex.split(command)]
        LOGS.mkdir(exist_ok=True)
        with (LOGS / f"{unit.name}.log").open("ab") as log:
            return subprocess.Popen(
                words,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=own,
            )


def find_unit(name: str) -> UnitFile:
    """Read the unit of that name. Raises UnitFailed where there is none."""
    for folder in FOLDERS:
        if (folder / name).exists():
            return read_unit(folder / name)
    raise UnitFailed(f"{name}: no such unit")


def full_name(name: str) -> str:
    """The name with its ending: `.service` where it has none."""
    return name if re.search(r"\.(service|socket|timer)$", name) else f"{name}.service"


def seconds(text: str) -> float:
    """A length of time as unit files have it, in seconds."""
    return float(text.removesuffix("s"))


def read_environment(unit: UnitFile) -> dict[str, str]:
    """The variables of the unit's EnvironmentFile and of its user. Raises UnitFailed where the file is missing."""
    found = {}
    user = unit.one("Service", "User")
    if user:
        found = {"HOME": pwd.getpwnam(user).pw_dir, "USER": user, "LOGNAME": user}
    for name in unit.every("Service", "EnvironmentFile"):
        path = Path(name.removeprefix("-"))
        if not path.exists():
            if name.startswith("-"):
                continue
            raise UnitFailed(f"{unit.name}: {path} is missing")
        for line in path.read_text().splitlines():
            if line.strip() and line.strip()[0] not in "#;":
                key, _, value = line.partition("=")
                found[key.strip()] = " ".join(shlex.split(value))
    return found


def enclosing(unit: UnitFile) -> list[str]:
    """Lines of shell that take from a process what its unit takes: in a mount space of its own, as root."""
    user = unit.one("Service", "User")
    lines, writable = [], unit.words("Service", "ReadWritePaths")
    for folder in unit.words("Service", "RuntimeDirectory"):
        lines.append(f"install -d -m 0755 -o {user} -g {user} /run/{folder}")
        writable.append(f"/run/{folder}")
    lines += [f"mount --bind {path} {path}" for path in writable]
    if unit.one("Service", "PrivateTmp") == "yes":
        for path in ("/tmp", "/var/tmp"):
            lines.append(f"mount -t tmpfs -o mode=1777 tmpfs {path}")
            writable.append(path)
    if unit.one("Service", "ProtectHome") == "yes":
        lines += [
            f"if [ -d {path} ]; then mount -t tmpfs -o mode=0755 tmpfs {path}; fi"
            for path in ("/home", "/root")
        ]
    if unit.one("Service", "ProtectSystem") == "strict":
        kept = "|".join([*writable, "/dev", "/dev/*", "/proc", "/proc/*", "/sys*"])
        lines += [
            "cut -d ' ' -f 2 /proc/self/mounts | while read -r path; do",
            f'  case "$path" in {kept}) ;;',
            '  *) mount -o remount,bind,ro "$path" ;; esac',
            "done",
        ]
    return lines


def leading(unit: UnitFile, sockets: list[int]) -> list[str]:
    """Lines of shell that become the service: limits, user, folder, and the sockets under its process's number."""
    lines = [f"cd {unit.one('Service', 'WorkingDirectory', '/')}"]
    lines.append(f"umask {unit.one('Service', 'UMask', '0022')}")
    if unit.one("Service", "LimitCORE") == "0":
        lines.append("ulimit -c 0")
    for place, held in enumerate(sockets, FIRST_SOCKET):
        if held != place:
            lines.append(f"exec {place}<&{held} {held}<&-")
    if sockets:
        lines.append(f"export LISTEN_FDS={len(sockets)} LISTEN_PID=$$")
    words = ["exec", "setpriv"]
    user = unit.one("Service", "User")
    if unit.every("Service", "CapabilityBoundingSet") == [""]:
        words += ["--bounding-set=-all", "--inh-caps=-all"]
    if unit.one("Service", "NoNewPrivileges") == "yes":
        words.append("--no-new-privs")
    if user:
        group = unit.one("Service", "Group", user)
        words += [f"--reuid={user}", f"--regid={group}", "--init-groups"]
    return [*lines, " ".join([*words, "--", '"$@"'])]


def wait_until_ready(
    unit: UnitFile, ready: socket.socket, child: subprocess.Popen[bytes]
) -> None:
    """Wait until the service says that it is ready. Raises UnitFailed when it ends or says nothing."""
    ready.settimeout(0.2)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and child.poll() is None:
        with suppress(TimeoutError):
            if READY in ready.recv(4096):
                return
    child.kill()
    raise UnitFailed(f"{unit.name} did not become ready: {log_end(unit)}")


def log_end(unit: UnitFile) -> str:
    """The end of what the unit wrote."""
    log = LOGS / f"{unit.name}.log"
    return log.read_text(errors="replace")[-1500:] if log.exists() else ""


def serve(manager: Manager) -> None:
    """Answer `systemctl` for ever, each call in a thread of its own."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(DOOR)
        door.listen()
        while True:
            line, _ = door.accept()
            threading.Thread(target=_answer, args=(manager, line), daemon=True).start()


def _answer(manager: Manager, line: socket.socket) -> None:
    with line, line.makefile("rw") as talk:
        problem = ""
        try:
            manager.do(json.loads(talk.readline()))
        except (UnitFailed, OSError, subprocess.TimeoutExpired) as error:
            problem = str(error) or type(error).__name__
        talk.write(json.dumps(problem))


def ask(words: list[str]) -> int:
    """What the command `systemctl` does: ask the manager, say what is wrong."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(DOOR)
        with line.makefile("rw") as talk:
            talk.write(json.dumps(words) + "\n")
            talk.flush()
            problem = json.loads(talk.read())
    if problem:
        sys.stderr.write(f"{problem}\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(ask(sys.argv[1:]))
