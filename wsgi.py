"""The whole program: settings, the application, and who hears what as it happens."""

import os

from app import logs
from app.factory import create_app
from app.settings import Settings
from realtime.attach import attach

logs.configure()
app = create_app(Settings.from_environment(os.environ))
attach(app)
