"""What the tests of the desk's side share."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "shared")]  # for `batches`, `disks`, and for `hostile`
