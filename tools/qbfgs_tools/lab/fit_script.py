"""Run by `qbfgs lab fit` on each interpreter: python fit_script.py qbfgs|floats|float32 [often]

One of `fit_subjects`; often: with garbage collected after each 4096 bytes (MicroPython). Prints
`MILLISECONDS EVALUATIONS` and then the parameters.
"""

import sys
import time

if sys.argv[2:]:
    import gc

    gc.threshold(4096)
from fit_subjects import by_float32, by_floats, by_qbfgs, readings

try:
    ticks, since = time.ticks_ms, time.ticks_diff
except AttributeError:

    def ticks():
        return time.perf_counter_ns() // 1000000

    def since(end, begin):
        return end - begin


rows = readings()
ways = {"qbfgs": by_qbfgs, "floats": by_floats, "float32": by_float32}
begin = ticks()
count, found = ways[sys.argv[1]](rows)
print(since(ticks(), begin), count)
for v in found:
    print(v if isinstance(v, str) else float(v))
