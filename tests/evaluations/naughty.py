"""A child that misbehaves in the way it is asked to: run with `python -m`."""

import json
import os
import socket
import sys
import time

from models_registry.reading.limits import confine

time.sleep(1.2)  # longer than the parent's beat: what was asked must still arrive whole
REQUEST = json.load(sys.stdin)
confine(REQUEST["address_space_mb"], REQUEST["cpu_seconds"])


def burn():
    while True:
        pass


def eat():
    kept = []
    while True:
        kept.append(bytearray(16 * 1024 * 1024))


def fail():
    raise RuntimeError("the grid is bent")


{
    "sleep": lambda: time.sleep(60),
    "burn": burn,
    "eat": eat,
    "crash": os.abort,
    "raise": fail,
    "babble": lambda: sys.stdout.write("pass!"),
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
    "count": lambda: json.dump({"size": len(REQUEST["ballast"])}, sys.stdout),
    "environment": lambda: json.dump(dict(os.environ), sys.stdout),
}[REQUEST["how"]]()
