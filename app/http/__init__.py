"""How HTTP is spoken: JSON in and out, problems, pages, retries, OpenAPI."""
