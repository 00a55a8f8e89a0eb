"""`python -m dreamgen` and the `dreamgen` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line and exits."""
    try:
        from dreamgen.cli.main import app
    except KeyboardInterrupt:  # loading takes a second, in which the command line can't say it yet
        sys.stderr.write("error: interrupted\n")
        sys.exit(130)
    app()


if __name__ == "__main__":
    main()
