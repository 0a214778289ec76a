"""The public app that a server imports: `webforms.serving:app`."""

from __future__ import annotations

import gc
from multiprocessing.util import Finalize

from runtime.logs import set_up_logs
from runtime.settings import read_settings
from store.database import open_database
from webforms import create_public_app

settings = read_settings()
set_up_logs(settings.log_format)
app = create_public_app(settings, open_database(settings.database_url))

# A worker leaves without `atexit`; what it has counted is written as it is told to stop.
Finalize(None, app.extensions["door"].openings.write, exitpriority=10)

# What is loaded by now stays for good: the collector need not walk over it again, which stops every thread for 65 ms.
gc.collect()
gc.freeze()
