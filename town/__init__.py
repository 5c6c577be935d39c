"""Real and made-up people to run on: importing files, replaying them as phones, the demo."""
