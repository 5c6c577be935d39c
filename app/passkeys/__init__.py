"""Signing in without a password: passkeys (WebAuthn), kept by people's own devices."""
