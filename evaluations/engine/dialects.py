"""What a definition needs before another engine than the built-in one can run it."""

from typing import Any

from ibis.expr import operations as ops

from evaluations.engine.protocol import Expression


def portable(expression: Expression) -> Expression:
    """The same expression with truth values cast by way of a small whole number.

    PostgreSQL casts a truth value to INTEGER only; every engine casts that further.
    """

    def replaced(node: Any, changed: dict[str, Any] | None) -> Any:
        again = node.__recreate__(changed) if changed else node
        if isinstance(again, ops.Cast) and again.arg.dtype.is_boolean() and again.to.is_int64():
            return ops.Cast(ops.Cast(again.arg, "int32"), again.to)
        return again

    return expression.op().replace(replaced).to_expr()
