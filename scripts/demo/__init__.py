"""`./taskw demo`: builds what the demo needs while it installs its tools, and lets it play.

- `build`  builds the Lambda functions, tells of each as soon as its zip is there, and of the progress
- `size`   how much there is to build
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("python3 is too old: %s: install Python 3.11 or newer, and put it first in PATH" % sys.executable)
