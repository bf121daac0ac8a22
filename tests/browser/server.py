"""The app in a process of its own, on a free port, with a workspace of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 120


@contextmanager
def app_server(home: Path, script: str = "app.py", **environment: str) -> Iterator[str]:
    """Start the app on its sample company under `home`; give its address; stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}"]
    command.append("--server.fileWatcherType=none")  # somebody may be editing meanwhile
    log = home / "app.log"
    home.mkdir(parents=True, exist_ok=True)
    given = os.environ | {"REVPLAN_HOME": str(home / "workspace")} | environment
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=given, stdout=out, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/_stcore/health", server, log)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(health: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the app did not start:\n{log.read_text()}")
