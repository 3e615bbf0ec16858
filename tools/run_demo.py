"""`make run`: migrate, fill the demo, start web and worker, and say in five lines how to get in.

HOST, PORT and PUBLIC_URL change where it listens and what its links say. Ends both when stopped.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
PATIENCE_SECONDS = 120


def main() -> int:
    port = os.environ.get("PORT") or "5000"
    host = os.environ.get("HOST") or "127.0.0.1"
    environment = dict(os.environ)
    if environment.get("FEEDBACK_MODE", "demo") == "production":
        print(
            "The demo does not start in production mode. Unset FEEDBACK_MODE.",
            file=sys.stderr,
        )
        return 1
    environment["FEEDBACK_MODE"] = "demo"
    environment["FEEDBACK_PUBLIC_URL"] = (
        os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}"
    ).removesuffix(":80")  # browsers leave it out
    flask = [str(BIN / "flask"), "--app", "wsgi"]
    (ROOT / "var").mkdir(exist_ok=True)
    for command in ("migrate", "demo"):
        ran = subprocess.run(
            [*flask, command],
            cwd=ROOT,
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            text=True,
        )
        if ran.returncode:
            return ran.returncode  # the command has said why
    lines = ran.stdout
    web = [
        *(
            str(BIN / "gunicorn"),
            "--no-control-socket",
            "--log-level",
            "warning",
            "-w",
            "2",
            "--threads",
            "4",
        ),
        *("-b", f"{host}:{port}", "wsgi:app"),
    ]
    log = (ROOT / "var" / "demo.log").open("ab")
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        for command in (web, [*flask, "worker"])
    ]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for process in started:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if not answers(f"http://127.0.0.1:{port}/readyz", started):
        for process in started:
            process.terminate()
        print(
            f"The site did not start: see {log.name}. Is port {port} taken? PORT=5001 make run",
            file=sys.stderr,
        )
        return 1
    sys.stdout.write(lines)
    sys.stdout.flush()
    # Reports that were handed over earlier take half a minute to make: nobody waits for them.
    reports = subprocess.Popen(
        ["nice", *flask, "demo-reports"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
    )
    while all(process.poll() is None for process in started):
        time.sleep(0.5)
    for process in (*started, reports):
        process.terminate()
    reports.wait()
    ended = [process.wait() for process in started]
    return 0 if all(code in (0, -signal.SIGTERM) for code in ended) else 1


def answers(address: str, started: list[subprocess.Popen[bytes]]) -> bool:
    """Whether the site says that it is ready before patience or a process ends."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and all(
        process.poll() is None for process in started
    ):
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 (our own address on loopback)
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


if __name__ == "__main__":
    sys.exit(main())
