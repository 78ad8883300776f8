"""What to freeze into a firmware: the core and the layer that runs jobs.

In a port's folder of MicroPython: make BOARD=... FROZEN_MANIFEST=/path/to/qbfgs/manifest.py
Add `module("main.py", base_path="firmware")` in a manifest of your own to run a job at each reset
without files on the board but the job.
"""

include("$(PORT_DIR)/boards/manifest.py")  # noqa: F821
package("qbfgs", base_path="shared")  # noqa: F821
package("qbfgs_board", base_path="firmware")  # noqa: F821
