"""`python -m dreamgen` and the `dreamgen` command."""

from __future__ import annotations


def main() -> None:
    """Runs the command line and exits."""
    from dreamgen.cli.main import app

    app()


if __name__ == "__main__":
    main()
