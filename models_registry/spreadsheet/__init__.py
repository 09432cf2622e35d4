"""Table files that people edit: written so that they come back unchanged, read within limits."""
