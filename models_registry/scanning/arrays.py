"""NumPy's .npy files: a header, then numbers, or a pickle when the array holds objects."""

import math
from typing import IO

from models_registry.scanning.outcome import Notes
from models_registry.scanning.pickles import judge_stream


def judge_array(stream: IO[bytes], size: int, notes: Notes, where: str = "") -> None:
    """Add what is wrong with the array of ``size`` bytes that starts where ``stream`` stands."""
    from numpy.lib import format as npy  # noqa: PLC0415 - only the scanner's process reads arrays

    try:
        version = npy.read_magic(stream)
        read = npy.read_array_header_2_0
        if version == (1, 0):
            read = npy.read_array_header_1_0
        shape, _, dtype = read(stream)
    except (ValueError, TypeError, SyntaxError, EOFError, OverflowError, RecursionError) as error:
        notes.add("broken-header", f"The header of the array cannot be read: {error}", where)
        return
    if dtype.hasobject:
        judge_stream(stream, notes, where)
        return
    wanted, held = math.prod(shape) * dtype.itemsize, size - stream.tell()
    if min(shape, default=0) < 0 or wanted != held:
        notes.add("lying-header", f"The header announces {wanted} bytes; {held} follow.", where)
