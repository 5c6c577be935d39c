"""The command line of the benchmarks."""

import argparse
import resource
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console

from bench import machine
from bench.database import NoDatabase, cluster
from bench.install import NotInstalled, install_peers
from bench.processes import DidNotStart
from bench.report import show, write
from bench.suite import BENCHMARKS, CONTESTANTS, Scale, findings


def main() -> None:
    """Does what the command line asks; a reason why it cannot goes to stderr."""
    options = _parser().parse_args()
    # By exiting, and not dying, everything that was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    _allow_many_sockets()
    try:
        if options.peers:
            install_peers()
        else:
            measure(options)
    except (DidNotStart, NoDatabase, NotInstalled) as reason:
        sys.exit(str(reason))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def measure(options: argparse.Namespace) -> None:
    """Runs the benchmarks, tells of each as it ends, and of all together at the end."""
    console, found = Console(), []
    given = cluster()
    described = {**machine.described(), "database": given.version()}
    for name, fact in described.items():
        console.print(f"[bold]{name}[/bold] {fact}", highlight=False)
    scale = Scale.quick() if options.quick else Scale(options.rounds)
    try:
        for finding in findings(options.only, options.contestants, given, scale):
            console.print(f"{finding.name} is measured.")
            found.append(finding)
    finally:
        # What half an hour has found is told even where the next minute fails.
        show(found, console)
        if options.json:
            write(found, described, options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/bench", description="Measures what Hereabouts costs here, with its peers beside it."
    )
    parser.add_argument("--only", type=_some_of(BENCHMARKS), default=BENCHMARKS, help=",".join(BENCHMARKS))
    parser.add_argument(
        "--contestants", type=_some_of(CONTESTANTS), default=list(CONTESTANTS), help=",".join(CONTESTANTS)
    )
    parser.add_argument("--rounds", type=int, default=5, help="of which the median counts (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that everything runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every round there")
    parser.add_argument("--peers", action="store_true", help="only install the peers, from npm")
    return parser


def _some_of(known: Iterable[str]) -> Callable[[str], list[str]]:
    def names(text: str) -> list[str]:
        if unknown := set(text.split(",")) - set(known):
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))} is none of {', '.join(known)}")
        return text.split(",")

    return names


def _allow_many_sockets() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main()
