"""Signatures in a printed report: who may give which, with which certificate, and what holds.

`order` and `certificate` are light. `sealing` and `reading` load pyHanko, which takes a second,
so that they are imported only where a document is signed or read.
"""
