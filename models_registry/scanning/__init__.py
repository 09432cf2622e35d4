"""Judging the files of a model version without ever loading them."""
