"""Whether the process lives, whether it can serve, and what it counts (Prometheus)."""

import hmac
import os
from collections.abc import Callable

import msgspec
import structlog
from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from sqlalchemy import text

from app.errors import NotAllowed, Unavailable
from app.http.callers import origin
from app.http.calls import house

pages = Blueprint("health", __name__)
Check = Callable[[], str | None]
log = structlog.get_logger()


@pages.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response(b'{"alive":true}', mimetype="application/json")


@pages.get("/readyz")
def readyz() -> Response:
    """Everything that a request needs is there; else 503 with what is not."""
    checks: dict[str, Check] = current_app.extensions["hereabouts.checks"]
    failing = {name: fault for name, check in checks.items() if (fault := _fault(check))}
    body = msgspec.json.encode({"ready": not failing, "failing": failing})
    return Response(body, 503 if failing else 200, mimetype="application/json")


@pages.get("/metrics")
def metrics() -> Response:
    """All counters, of all processes where there are several; for whoever runs this.

    Read again and again beside an offer for a small area, they would tell that somebody came there.
    """
    if not _may_count():
        raise NotAllowed(
            "Counters are for whoever runs this. Ask from its own machine, "
            "or send Authorization: Bearer with what HEREABOUTS_METRICS_TOKEN is set to."
        )
    registry: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_count() -> bool:
    token = house().settings.metrics_token
    said = request.headers.get("Authorization", "")
    is_theirs = token is not None and hmac.compare_digest(said.encode(), f"Bearer {token}".encode())
    return is_theirs or origin().is_here


def database_answers() -> str | None:
    """A check: one statement gets through."""
    with house().database.reading() as session:
        session.execute(text("SELECT 1"))
    return None


def _fault(check: Check) -> str | None:
    try:
        return check()
    except Unavailable as error:
        return error.detail
    # Whatever is wrong, the answer must be "not ready", not a fault of the check itself.
    except Exception:
        log.exception("a readiness check failed")
        return "the check itself failed; the log says why"
