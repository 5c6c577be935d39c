"""Opening files, packed with gzip or not, with what may go wrong said in people's words."""

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from town.files.rows import BadFile

_WRITTEN = {"csv": "csv", "tsv": "csv", "geojson": "geojson", "json": "geojson", "gpx": "gpx"}
_GZIP = b"\x1f\x8b"


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The text of a file, unpacked on the way; BadFile where it is missing, cut short or not in UTF-8."""
    try:
        with path.open("rb") as packed:
            yield io.TextIOWrapper(_unpacked(packed), encoding="utf-8-sig", newline="")
    except UnicodeDecodeError as error:
        raise BadFile(
            f"{path} is not in UTF-8 ({error.reason}); convert it first, for example with iconv"
        ) from None
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BadFile(f"{path} is packed, but cut short or damaged; fetch it again") from None
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}") from None


def _unpacked(packed: BinaryIO) -> BinaryIO:
    begins = packed.read(len(_GZIP))
    packed.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=packed)) if begins == _GZIP else packed


def json_of(path: Path) -> Any:
    """What a JSON file holds; BadFile with the line where it is not JSON."""
    with opened(path) as text:
        try:
            return json.load(text)
        except json.JSONDecodeError as error:
            raise BadFile(f"{path}, line {error.lineno}: this is not JSON: {error.msg}") from None


def kind_of_text(path: Path) -> str:
    """How a file is written, by its name: csv, geojson or gpx; BadFile for any other."""
    ending = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    try:
        return _WRITTEN[ending]
    except KeyError:
        raise BadFile(
            f"{path} ends in none of .{' .'.join(_WRITTEN)}, with or without .gz after it: convert it first"
        ) from None
