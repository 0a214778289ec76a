"""The office that a server imports: `webforms.office.serving:app`."""

from __future__ import annotations

from runtime.logs import set_up_logs
from runtime.settings import read_settings
from store.database import open_database
from webforms import create_office_app

settings = read_settings()
set_up_logs(settings.log_format)
app = create_office_app(settings, open_database(settings.database_url))
