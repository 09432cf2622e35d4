"""Pages of assessments and answers."""
