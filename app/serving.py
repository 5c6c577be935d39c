"""How gunicorn serves the application: its gevent worker, a pause after each request, sockets let go at the end."""

from gunicorn.workers.ggevent import GeventWorker


class Worker(GeventWorker):  # type: ignore[misc]
    """Gunicorn's gevent worker."""
