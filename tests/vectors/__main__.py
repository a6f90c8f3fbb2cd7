"""``python -m tests.vectors DIRECTORY [FAMILY ...]``."""

import sys

from tests.vectors.runner import main

sys.exit(main(sys.argv[1:]))
