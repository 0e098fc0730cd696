"""An application behind a real server in this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

_END_S = 20


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address.

    In the end its threads stop first, and everything is closed by the one that listens: a thread that answers late wakes that
    one by writing to a pipe, whose number could be that of a database file by then.
    """
    server = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)
    listening = threading.Thread(target=server.run, daemon=True)
    listening.start()
    yield f"http://localhost:{server.effective_port}"
    server.task_dispatcher.shutdown(timeout=_END_S)
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
    listening.join(_END_S)
    assert not listening.is_alive()
