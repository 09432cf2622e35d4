"""What a table or a model gives away about people."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

MEMBERSHIP = CheckSpec(
    id="privacy.membership",
    version=1,
    title=gettext_noop("Who was in the training data"),
    tells=gettext_noop(
        "Whether the scores betray which rows the model was trained on. A model that is surer of "
        "rows it has seen has kept something of them."
    ),
    formula=gettext_noop(
        "The loss attack: rank rows by the chance that the model gives to their true label; AUC "
        "of members against others, largest advantage, and hits at 1 % false alarms."
    ),
    source="Yeom et al. 2018 (loss attack); Carlini et al. 2022 (low false-positive rate)",
    limits=gettext_noop("An AUC of 0.55 warns and 0.65 fails. 500 members and 500 others."),
    traps=(
        gettext_noop("Stronger attacks exist; passing this one is no proof of privacy."),
        gettext_noop("Members and others must come from the same population and time."),
    ),
    rmf=(
        ("MEASURE 2.10", gettext_noop("Measures a privacy risk of the model itself.")),
        ("MEASURE 2.7", gettext_noop("Tries a known attack against the model.")),
    ),
    requires=("y_true", "y_score", "member"),
    reference="unused",
    min_n=1000,
    params=(
        Param("warn", gettext_noop("Attack AUC that warns"), 0.55, 0.5, 1.0),
        Param("fail", gettext_noop("Attack AUC that fails"), 0.65, 0.5, 1.0),
    ),
    implementation="evaluations.checks.privacy_membership:PrivacyMembership",
    family="privacy",
    probabilities=True,
)

K_ANONYMITY = CheckSpec(
    id="privacy.k_anonymity",
    version=2,
    title=gettext_noop("People who stand alone"),
    tells=gettext_noop(
        "How many people share each combination of columns that together could identify somebody, "
        "such as postcode, birth year and sex."
    ),
    formula=gettext_noop(
        "Rows per combination, kept as fingerprints. The smallest group is k; of tables above "
        "20,000 rows a fixed sample of combinations is looked at, and then nothing passes."
    ),
    source="Sweeney 2002",
    limits=gettext_noop("A group below 5 warns, below 2 fails."),
    traps=(
        gettext_noop("A large group whose members all share a secret does not protect it."),
        gettext_noop("Other tables can be joined; what identifies is not in this table alone."),
    ),
    rmf=(("MEASURE 2.10", gettext_noop("Measures how easily a person can be singled out.")),),
    requires=("quasi",),
    reference="unused",
    min_n=1,
    params=(
        Param("k_warn", gettext_noop("People per group, else warn"), 5.0, 1.0, 1e6),
        Param("k_fail", gettext_noop("People per group, else fail"), 2.0, 1.0, 1e6),
    ),
    implementation="evaluations.checks.privacy_k_anonymity:PrivacyKAnonymity",
    family="privacy",
)

PII = CheckSpec(
    id="privacy.pii",
    version=1,
    title=gettext_noop("Personal data in text"),
    tells=gettext_noop(
        "Whether text columns that nobody declared as personal hold e-mail or IP addresses, "
        "telephone, card or account numbers. The hits are counted, never kept."
    ),
    formula=gettext_noop(
        "Patterns; card numbers must satisfy Luhn's check digit and account numbers (IBAN) the "
        "remainder of 97. One hit per row and pattern."
    ),
    source="ISO/IEC 7812-1 (Luhn); ISO 13616 and ISO 7064 (IBAN)",
    limits=gettext_noop("Any pattern warns; a card or account number with its digits fails."),
    traps=(
        gettext_noop("Names, addresses and health are not found by patterns: a heuristic."),
        gettext_noop("A version number can look like an IP address."),
        gettext_noop("Only the first candidate of a cell has its check digits tried."),
    ),
    rmf=(("MEASURE 2.10", gettext_noop("Looks for personal data where none should be.")),),
    requires=("features",),
    optional=("id", "quasi", "sensitive"),
    reference="unused",
    min_n=1,
    params=(),
    implementation="evaluations.checks.privacy_pii:PrivacyPii",
    family="privacy",
)
