"""The whole program: settings, the application, who hears what as it happens, and what is done by itself."""

import os

from app import clock, housekeeping, logs
from app.factory import create_app
from app.settings import Settings
from realtime.attach import attach

logs.configure()
settings = Settings.from_environment(os.environ)
clock.run(settings.pace)
app = create_app(settings)
attach(app)
housekeeping.start(app)
