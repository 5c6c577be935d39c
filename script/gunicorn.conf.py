"""How gunicorn runs Hereabouts; script/server adds the address and the number of processes."""

import os
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

wsgi_app = "wsgi:app"
worker_class = "app.serving.Worker"
# A socket is a connection; the limit is the machine's, not gunicorn's thousand.
worker_connections = 100_000
backlog = 2048
keepalive = 75
graceful_timeout = 5
# Workers beat in a file: on a busy disk they would be taken for dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# It would be shared by all servers of a user.
control_socket_disable = True
# The app logs its requests itself.
accesslog = None
loglevel = "warning"


def child_exit(_: object, worker: Any) -> None:
    """What a process that ended had open is no longer counted."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)
