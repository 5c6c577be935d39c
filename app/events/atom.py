"""Atom feeds (RFC 4287), by the standard library: they are a few elements, and others bring an XML engine along."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

_ATOM = "http://www.w3.org/2005/Atom"


class Atom:
    """An Atom feed."""

    media_type = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what it is called, who says it, where it is read, and when it was last otherwise."""

    id: UUID
    title: str
    text: str
    author: str
    address: str
    updated: datetime


def feed(address: str, title: str, entries: Iterable[Entry], made_at: datetime) -> bytes:
    """A feed at an address, which is its id as well. It changed when its newest entry did; empty, when it was made."""
    listed = list(entries)
    root = Element("feed", xmlns=_ATOM)
    updated = max((each.updated for each in listed), default=made_at)
    _say(root, id=address, title=_legal(title), updated=_when(updated))
    SubElement(root, "link", rel="self", href=address)
    for each in listed:
        entry = SubElement(root, "entry")
        _say(entry, id=f"urn:uuid:{each.id}", title=_legal(each.title), updated=_when(each.updated))
        _say(SubElement(entry, "author"), name=_legal(each.author))
        SubElement(entry, "link", rel="alternate", href=each.address)
        SubElement(entry, "content", type="text").text = _legal(each.text)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _say(parent: Element, **said: str) -> None:
    for name, words in said.items():
        SubElement(parent, name).text = words


def _when(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _legal(words: str) -> str:
    """Without what XML 1.0 has no letter for."""
    return "".join(
        each
        for each in words
        if each in "\t\n\r" or " " <= each <= "\ud7ff" or "\ue000" <= each not in "\ufffe\uffff"
    )
