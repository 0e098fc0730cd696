"""A real PostgreSQL cluster in a temporary folder: started by the tests, thrown away with them."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

_MISSING = (
    "These tests need PostgreSQL 15 or later and its programs initdb and postgres were not found. "
    "On Debian and Ubuntu: apt-get install postgresql. Elsewhere put its bin folder on PATH."
)
_LIBRARY = ctypes.CDLL(None)
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_MEMORY = Path("/dev/shm")
_ROOM = 3 << 30


class Cluster:
    """One server on 127.0.0.1 and a free port, without passwords; `durable` keeps fsync on."""

    def __init__(self, *, durable: bool = False) -> None:
        self._programs = _programs()
        self._folder = Path(tempfile.mkdtemp(prefix="shuke-postgres-", dir=None if durable else _memory()))
        # PostgreSQL refuses to run as root.
        self._identity: dict[str, object] = {"user": "postgres", "group": "postgres", "extra_groups": ()} if os.geteuid() == 0 else {}
        if self._identity:
            shutil.chown(self._folder, "postgres", "postgres")
        self.port = _free_port()
        self._durable = durable
        self._made = 0
        self._server: subprocess.Popen[bytes] | None = None
        self._initialise()
        self.start()

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, template: str = "template0") -> str:
        """A new database, equal to `template`; its name."""
        self._made += 1
        name = f"try_{self._made}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def dump(self, name: str, file: Path) -> None:
        """Write a database into a file, for `restore` of any cluster."""
        self._run("pg_dump", "--format=custom", "--compress=0", f"--dbname={self.url(name)}", f"--file={file}")

    def restore(self, file: Path) -> str:
        """A new database with what was dumped; its name."""
        name = self.create()
        self._run("pg_restore", "--exit-on-error", f"--dbname={self.url(name)}", file)
        return name

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run([self._programs / program, *arguments], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        settings = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": 120,
            "fsync": "on" if self._durable else "off", "synchronous_commit": "on" if self._durable else "off",
            "full_page_writes": "on" if self._durable else "off", "shared_buffers": "64MB", "max_wal_size": "256MB", "logging_collector": "off",
        }
        command = [self._programs / "postgres", "-D", self._folder / "data", *(f"--{name}={value}" for name, value in settings.items())]
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self._folder, **self._identity,  # type: ignore[call-overload]
                preexec_fn=_die_with_parent)  # noqa: PLW1509 - it calls nothing but prctl
        self._wait()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT at once but clean, SIGQUIT like a crash."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(30)
            self._server = None

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _initialise(self) -> None:
        command = [self._programs / "initdb", "-D", self._folder / "data", "-U", "postgres", "-A", "trust",
                   "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        made = subprocess.run(command, check=False, capture_output=True, text=True, cwd=self._folder, **self._identity)  # type: ignore[call-overload]
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr.strip()}")

    def _wait(self) -> None:
        limit = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self._server is None or self._server.poll() is not None or time.monotonic() > limit:
                    said = (self._folder / "log").read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"PostgreSQL did not start: {said}") from None
                time.sleep(0.05)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())


def _memory() -> Path | None:
    """A folder in memory, if there is room: every test makes and drops hundreds of files, which disks are slow at."""
    return _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM else None


def _programs() -> Path:
    """The folder of the newest installed server."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True)
    if debian:
        return debian[0].parent
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError(_MISSING)
    return Path(found).resolve().parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    """Also after `kill -9` of the tests no server stays behind (Linux)."""
    if hasattr(_LIBRARY, "prctl"):
        _LIBRARY.prctl(_DIES_WITH_PARENT, signal.SIGQUIT)
