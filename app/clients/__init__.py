"""Programs of other people's making that somebody lets act for them: OAuth 2.1 with PKCE."""
