"""What the scripts stand on: a machine made ready, with nothing but Python's own library."""

import sys

if sys.hexversion < 0x030B0000:
    sys.exit(f"Hereabouts needs Python 3.11 or later; {sys.executable} is {sys.version.split()[0]}.")
