"""The command that starts the app."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

import revplan
from revplan.cli.shared import Language, app, refuse, spoken, writing
from revplan.words import _


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is this computer only.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8501,
    home: Annotated[
        Path | None,
        typer.Option(help="Where the app keeps its records; REVPLAN_HOME or .revplan when left out."),
    ] = None,
    lang: Language = "en",
) -> None:
    """Start the app in this terminal. The first start loads the sample company."""
    with spoken(lang):
        kept = (home or Path(os.environ.get("REVPLAN_HOME") or ".revplan")).absolute()
        script = Path(revplan.__file__).parent.parent / "app.py"
        if not script.exists():
            refuse(_("The app's pages are not installed. Start it from a checkout of the project."))
        _refuse_without_driver()
        with writing(kept):
            kept.mkdir(parents=True, exist_ok=True)
        if not _is_free(host, port):
            text = _("Nothing can listen on {host}, port {port}. Choose another one with --port.")
            refuse(text.format(host=host, port=port))
        typer.echo(_("revplan is at {address} and keeps its records in {home}. Stop it with Ctrl+C.").format(
            address=f"http://{f'[{host}]' if ':' in host else host}:{port}", home=kept
        ))  # fmt: skip
    options = [f"--server.address={host}", f"--server.port={port}", "--server.headless=true"]
    _become([sys.executable, "-m", "streamlit", "run", str(script), *options], script.parent, kept)


def _refuse_without_driver() -> None:
    """End the command when the database of REVPLAN_DATABASE_URL needs a package that is not installed."""
    from revplan.service import workspace
    from revplan.store.records import NoDriver
    from revplan.words.texts import no_driver

    try:
        workspace.check_database()
    except NoDriver as error:
        refuse(no_driver(error.package, error.install))


def _become(command: list[str], folder: Path, home: Path) -> NoReturn:
    """Turn this process into `command`, so that whoever stops it stops the app; Windows waits for it."""
    os.chdir(folder)
    environment = {**os.environ, "REVPLAN_HOME": str(home)}
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environment)  # noqa: S606 - our own script; the options were checked
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603


def _is_free(host: str, port: int) -> bool:
    """Whether something can listen there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
    except OSError:
        return False
    return True
