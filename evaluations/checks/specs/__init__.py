"""What each check tells, in words and limits; light enough for the web process to import."""
