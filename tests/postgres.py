"""A PostgreSQL server of the system's packages, for the time of a test run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "s3cret/w@rd"  # noqa: S105 - that of a server which lives for one test run
ESCAPED = "s3cret%2Fw%40rd"


def programs():
    """Return the folder of the server's programs, None where the system has none."""
    found = shutil.which("initdb")
    installed = [Path(found).resolve().parent] if found else []
    installed += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in installed if (folder / "pg_ctl").exists()), None)


@contextmanager
def server(folder):
    """Start a server in a folder, and yield the address of its database."""
    account = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    if account:
        for each in (folder, *folder.parents[:3]):
            each.chmod(0o755)
        shutil.chown(folder, "postgres", "postgres")
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"

    def run(program, *arguments):
        subprocess.run(
            [programs() / program, *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL, **account
        )

    run(
        "initdb",
        "-D",
        folder / "base",
        "-U",
        "desk",
        "-A",
        "scram-sha-256",
        f"--pwfile={folder / 'password'}",
    )
    run("pg_ctl", "-D", folder / "base", "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql://desk:{ESCAPED}@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", folder / "base", "-m", "immediate", "stop")
