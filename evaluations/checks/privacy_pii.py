"""privacy.pii: are there addresses, card numbers or account numbers in text columns?"""

import ibis

from evaluations.checks.specs.privacy import PII
from evaluations.engine.expressions import rows_of
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    fact,
    unknown,
)
from evaluations.engine.protocol import (
    Baseline,
    Evidence,
    Expression,
    Params,
    Plan,
    Query,
    Roles,
    Schema,
)

MOST_COLUMNS = 50
NEVER = 2.0
PATTERNS = {
    "e-mail address": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
    "IP address": r"(^|[^0-9.])((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}"
    r"(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])($|[^0-9.])",
    "telephone number": r"(^|[^0-9A-Za-z])\+[1-9][0-9]{0,2}[ ./-]?"
    r"(\(?[0-9]{1,4}\)?[ ./-]?){2,5}[0-9]{2}",
}
CARD = r"(^|[^0-9])([3-6][0-9]{3}([ -]?[0-9]{4}){3})($|[^0-9])"
IBAN = r"(^|[^A-Za-z0-9])([A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){3,7}( ?[A-Z0-9]{1,3})?)($|[^A-Za-z0-9])"
CARD_DIGITS = 16
# An IBAN has at most 34 signs; letters become two digits each.
CHUNK, CHUNKS = 7, 10
CHECKED = ("card number", "account number (IBAN)")


class PrivacyPii:
    """Rows with a hit per text column and pattern; the hits themselves are not kept."""

    spec = PII

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        declared = {roles.id, *roles.quasi, *roles.sensitive}
        text = [c for c in roles.features if schema.get(c) == "text" and c not in declared]
        return {"columns": text[:MOST_COLUMNS], "more": max(0, len(text) - MOST_COLUMNS)}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        plans = {}
        for column in baseline["columns"]:
            if schema.get(column) != "text":
                continue
            marked = _candidates(table.select(text=table[column].coalesce("")))
            hits = [marked.text.re_search(pattern) for pattern in PATTERNS.values()]
            hits += [_is_card(marked), _is_iban(marked)]
            named = {f"hits{i}": hit.cast("int64").sum().cast("int64")
                     for i, hit in enumerate(hits)}  # fmt: skip
            plans[f"text:{column}"] = Plan((), marked.agg(n=marked.count(), **named))
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        drafts: list[Finding] = []
        names = (*PATTERNS, *CHECKED)
        for column in evidence.baseline["columns"]:
            counts = evidence.current.get(f"text:{column}")
            if counts is None:
                continue
            n = counts.total("n")
            for i, name in enumerate(names):
                hits = counts.total(f"hits{i}")
                limits = Limits(0.0, 0.0 if name in CHECKED else NEVER)
                method = "pattern and check digits" if name in CHECKED else "pattern"
                found = fact(f"rows with {name}", column, hits / n, n, limits, method,
                             detail={"rows": hits, "per_10000": 10_000 * hits / n})  # fmt: skip
                drafts.append(found)
        if not drafts:
            reason = "There is no undeclared text column to look into"
            return decided([unknown("rows with personal data", "", 0, reason,
                                    Outcome.NOT_APPLICABLE)], "")  # fmt: skip
        if more := evidence.baseline["more"]:
            reason = f"{more} text columns beyond the first {MOST_COLUMNS} were not looked at"
            drafts.append(unknown("columns left out", "", 0, reason))
        count = len(evidence.baseline["columns"])
        return decided(conclude(drafts), f"No known pattern in {count} text columns")


def _digit(text: Expression, place: int) -> Expression:
    return text.substr(place, 1).nullif("").cast("int64").coalesce(0)


def _candidates(table: Expression) -> Expression:
    """The first candidates in each text: digits of a card, an IBAN and its digits in chunks.

    Step by step, so that the engine computes each part once.
    """
    digits = table.text.re_extract(CARD, 2).re_replace("[^0-9]", "")
    found = table.mutate(card=digits, iban=table.text.re_extract(IBAN, 2).replace(" ", ""))
    turned = found.iban.substr(4, 40) + found.iban.substr(0, 4)
    for offset, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        turned = turned.replace(letter, str(10 + offset))
    numbers = found.mutate(turned=turned)
    parts = {f"part{i}": numbers.turned.substr(i * CHUNK, CHUNK) for i in range(CHUNKS)}
    return numbers.mutate(**parts)


def _is_card(marked: Expression) -> Expression:
    """Whether sixteen digits satisfy Luhn's rule (ISO/IEC 7812-1)."""
    total = ibis.literal(0)
    for place in range(CARD_DIGITS):
        digit = _digit(marked.card, place)
        doubled = digit * 2 - (digit > 4).cast("int64") * 9
        total = total + (doubled if place % 2 == 0 else digit)
    return (marked.card.length() == CARD_DIGITS) & (total % 10 == 0)


def _is_iban(marked: Expression) -> Expression:
    """Whether the number has the remainder 1 modulo 97 (ISO 13616, ISO 7064)."""
    rest = ibis.literal(0)
    for i in range(CHUNKS):
        part = marked[f"part{i}"]
        power = (ibis.literal(10) ** part.length()).cast("int64")
        rest = (rest * power + part.nullif("").cast("int64").coalesce(0)) % 97
    return (marked.iban.length() >= 15) & (rest == 1)
