"""The one way in which reading a table file fails on purpose."""


class SheetProblem(Exception):
    """A file that is not taken; ``code`` names the sentence, ``facts`` fill it in."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
