"""`python -m edge` is the same as `emoticon-mirror`."""

import sys


def run() -> int:
    """Like `edge.cli.main`; Ctrl-C ends cleanly even while the program still loads."""
    try:
        from edge.cli import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
