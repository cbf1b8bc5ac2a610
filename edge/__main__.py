"""`python -m edge` is the same as `emoticon-mirror`."""

import sys

from edge.cli import main

sys.exit(main())
