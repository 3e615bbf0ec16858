"""A machine of one's own, for as long as this process lives: the files of this one with nothing of them changed, a
network of loopback alone, a PostgreSQL as its package makes it, `systemctl`, and a mail server.

To be called in new mount, network and process spaces (SPACES before the command), as root. What
is written below OWN stays in memory and is gone with the process.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

from aiosmtpd.controller import Controller

from bench.support import postgres
from bench.support.mail import Post
from tests.support import service_manager
from tests.support.certificates import write_certificate

HOST = "review.example.org"
REPOSITORY = "https://git.example.org/feedback.git"
"""What docs/deploy.md says for the machine's own name and the code's place."""
OWN = ("/etc", "/var", "/srv", "/root", "/tmp", "/usr/local")
ROOM = Path("/run/machine")
PROGRAMS = ROOM / "bin"
ORIGIN = ROOM / "origin"
SPACES = (
    *("unshare", "--mount", "--propagation", "unchanged", "--net"),
    *("--pid", "--fork", "--kill-child"),
)
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def take_over(checkout: Path) -> tuple[service_manager.Manager, Post]:
    """Make this machine: after it nothing that is done below OWN, and no port, is seen outside."""
    _own_files()
    os.chdir(checkout)
    _loopback_up()
    for folder in ("/etc/postgresql", "/var/lib/postgresql"):
        for path in Path(folder).glob("*"):
            shutil.rmtree(path)
    with Path("/etc/hosts").open("a") as hosts:
        hosts.write(f"127.0.0.1 {HOST}\n")
    write_certificate(Path("/root"), HOST)
    _publish(checkout)
    _start_postgres()
    post = Post(port=25)
    Controller(post, hostname="127.0.0.1", port=25).start()
    return _start_manager(checkout), post


def mounted() -> list[str]:
    """Where something is mounted, as this process sees it."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return [line.split()[1] for line in lines]


def run(*words: str, **more: object) -> str:
    """Run a program of this machine. Raises RuntimeError with all that it said when it fails."""
    done = subprocess.run(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **more,  # type: ignore[call-overload]
    )
    if done.returncode:
        raise RuntimeError(f"{words} ended with {done.returncode}:\n{done.stdout}")
    return str(done.stdout)


def commit_all(message: str) -> None:
    """Publish what stands in ORIGIN as its newest commit."""
    names = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    run("git", "-C", str(ORIGIN), "add", "--all", "--force")
    run("git", "-C", str(ORIGIN), *names, "commit", "--quiet", "--message", message)


def _own_files() -> None:
    """Lay an empty layer in memory over what may be written."""
    # A folder that somebody made the root of (chroot) is no mount; whoever did so has parted it from the others.
    if "/" in mounted():
        run("mount", "--make-rprivate", "/")
    run("mount", "-t", "proc", "proc", "/proc")
    run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", "/run")
    for name in OWN:
        lower, layer = Path(name), ROOM / name.strip("/").replace("/", "-")
        upper, work = layer / "upper", layer / "work"
        for path in (upper, work):
            path.mkdir(parents=True)
        shutil.copystat(lower, upper)
        os.chown(upper, lower.stat().st_uid, lower.stat().st_gid)
        options = f"lowerdir={lower},upperdir={upper},workdir={work}"
        run("mount", "-t", "overlay", "-o", options, "overlay", name)


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))


def _publish(checkout: Path) -> None:
    """Put the checkout as it stands, committed or not, where the guide clones from."""
    listed = ("git", "-c", f"safe.directory={checkout}", "-C", str(checkout))
    names = run(*listed, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, names.split("\0")):
        if (checkout / name).is_file():
            (ORIGIN / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(checkout / name, ORIGIN / name)
    run("git", "-C", str(ORIGIN), "init", "--quiet")
    commit_all("The product")
    run("git", "config", "--system", f"url.{ORIGIN}.insteadOf", REPOSITORY)
    run("git", "config", "--system", "--add", "safe.directory", "*")


def _start_postgres() -> None:
    """Make and start the cluster that Debian's package makes and starts."""
    version = postgres.programs().parent.name
    run("pg_createcluster", "--locale=C.UTF-8", version, "main")
    Path("/run/postgresql").mkdir(exist_ok=True)
    shutil.chown("/run/postgresql", "postgres", "postgres")
    Path("/run/postgresql").chmod(0o2775)
    run("pg_ctlcluster", "--skip-systemctl-redirect", version, "main", "start")


def _start_manager(checkout: Path) -> service_manager.Manager:
    manager = service_manager.Manager()
    threading.Thread(target=service_manager.serve, args=(manager,), daemon=True).start()
    PROGRAMS.mkdir()
    command = PROGRAMS / "systemctl"
    module = "tests.support.service_manager"
    command.write_text(
        f'#!/bin/sh\ncd {checkout} && exec {sys.executable} -m {module} "$@"\n'
    )
    command.chmod(0o755)
    return manager
