"""Where a request comes from."""

import hashlib
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Origin:
    """The network that is one household's, or one provider's hand-out."""

    network: str
    #: This machine itself: a script, or a proxy that does not say whom it speaks for.
    is_here: bool = False

    @classmethod
    def of(cls, address: str) -> "Origin":
        """An IPv4 address, or the 64 bits of an IPv6 address that do not change with every connection (RFC 8981).

        What is no address, as on a socket of this machine, is one network too.
        """
        try:
            ip = ip_address(address)
        except ValueError:
            return cls(address, is_here=True)
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        if isinstance(ip, IPv6Address):
            return cls(str(IPv6Network((int(ip) >> 64 << 64, 64))), ip.is_loopback)
        return cls(str(ip), ip.is_loopback)

    @classmethod
    def forwarded(cls, address: str, said: str, proxies: int) -> "Origin":
        """Behind so many proxies of ours: what the outermost of them added to X-Forwarded-For, which `said` is.

        What stands before that was written by whoever sent the request, and is not believed.
        """
        told = [each.strip() for each in said.split(",")] if said else []
        return cls.of(told[-proxies] if 0 < proxies <= len(told) else address)

    def trace(self, person_id: UUID) -> bytes:
        """What is kept of it for a person: enough to know it again, and different for everybody."""
        return hashlib.blake2b(self.network.encode(), digest_size=16, key=person_id.bytes).digest()
