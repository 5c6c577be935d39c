"""The whole program: settings, the application, who hears what as it happens, and what is done by itself."""

import os

from app import housekeeping, logs
from app.factory import create_app
from app.settings import Settings
from realtime.attach import attach

logs.configure()
app = create_app(Settings.from_environment(os.environ))
attach(app)
housekeeping.start(app)
