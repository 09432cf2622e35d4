"""The composition root: settings, routes, Celery, and the one command that runs it all.

It imports nothing: the supervisor needs this package without Django and Celery.
"""
