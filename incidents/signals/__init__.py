"""From outcomes of checks to incidents: decisions without a database."""
