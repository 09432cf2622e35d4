"""The catalogue of checks: what each tells (specs) and how it is computed."""
