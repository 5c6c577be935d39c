"""What is shown of a code: a QR code to be scanned, and the bytes of an NFC tag to be held to."""

import io

import segno

#: Modules are drawn so many pixels wide.
SCALE = 8
_HTTPS, _HTTP = "https://", "http://"


def svg(address: str) -> bytes:
    """A QR code (ISO/IEC 18004) as a drawing."""
    drawn = io.BytesIO()
    _qr(address).save(drawn, kind="svg", scale=SCALE, xmldecl=False)
    return drawn.getvalue()


def png(address: str) -> bytes:
    """A QR code as an image."""
    drawn = io.BytesIO()
    _qr(address).save(drawn, kind="png", scale=SCALE)
    return drawn.getvalue()


def ndef(address: str) -> bytes:
    """A message of one URI record (NFC Forum, NDEF 1.0 and RTD-URI 1.0), as a tag holds it or a phone emulates it."""
    shortened = next((each for each in ((4, _HTTPS), (3, _HTTP)) if address.startswith(each[1])), (0, ""))
    said = bytes([shortened[0]]) + address.removeprefix(shortened[1]).encode()
    # First and last of its message, short, of a type the NFC Forum knows: one octet long, so many of payload, "U".
    return bytes([0xD1, 1, len(said)]) + b"U" + said


def _qr(address: str) -> segno.QRCode:
    return segno.make(address, error="m", micro=False)
