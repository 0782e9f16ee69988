"""`python -m ledenbrug` is the same as `ledenbrug`."""

import sys

from ledenbrug.site.command import main

sys.exit(main())
