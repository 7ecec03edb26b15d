"""`smf`: the command, and `python -m smf_desktop`."""

import sys

from smf_desktop.cli import run


def main() -> int:
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
