"""Results of other evaluation tools: read into one normal form. Django-free except the wording."""
