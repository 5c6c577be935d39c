"""The body of a request, whole or not at all."""

from flask import request
from werkzeug.exceptions import ClientDisconnected, HTTPException

from app.errors import Malformed, WrongMediaType

JSON = "application/json"
_BROKE_OFF = "The body broke off before its end. Send it again as a whole."


def sent() -> bytes:
    """What was sent as JSON; raises WrongMediaType, Malformed, and what says that it is too large."""
    if request.mimetype != JSON:
        raise WrongMediaType(send_json(request.mimetype))
    return whole()


def whole() -> bytes:
    """What was sent as anything; raises Malformed where it broke off, and what says that it is too large."""
    try:
        body = request.get_data(cache=True)
    except ClientDisconnected as error:
        raise Malformed(_BROKE_OFF) from error
    except HTTPException:
        raise
    # PEP 3333 does not say what a server raises where the body is not what was announced; each has its own.
    except Exception as error:
        raise Malformed(_BROKE_OFF) from error
    # Werkzeug does not compare them where the server, as gunicorn does, ends the input by itself.
    if request.content_length is not None and len(body) < request.content_length:
        raise Malformed(_BROKE_OFF)
    return body


def send_json(media_type: str) -> str:
    """What to say to a body of another type."""
    return f"The body came as {media_type or 'nothing'}; send Content-Type: application/json."
