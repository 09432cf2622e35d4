"""Reading frameworks that an organisation brings: bytes in, a plan with its problems out."""
