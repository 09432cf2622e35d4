"""The one way in which reading a table fails on purpose."""


class TableProblem(Exception):
    """A table that cannot be used; `code` names the sentence, `facts` fill it in."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
