"""One thread for each numerical library, set before any of them is loaded: doors that count import this first.

A tally is many small matrix products. With a thread a core, OpenBLAS waits actively at each of them for a core that
another process has: counting a million answers took 4.0 s of the processor instead of 1.8, and longer by the clock.
"""

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")
