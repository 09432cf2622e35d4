"""Systems that write: what can honestly be told offline, from logs of their answers."""

from evaluations.checks.spec import CheckSpec, Param, gettext_noop

HEURISTIC = gettext_noop("A heuristic: it counts patterns of text and understands nothing.")

ANSWERS = CheckSpec(
    id="gen.answers",
    version=1,
    title=gettext_noop("Shape of the answers"),
    tells=gettext_noop(
        "How long the answers are, how many are empty, how many sound like a refusal and how "
        "many hold a link or a citation; with a reference, whether their length has drifted."
    ),
    formula=gettext_noop(
        "Length in characters on the drift grid (quantiles; PSI less its bias against the "
        "reference). Refusals by fixed English phrases at the start of the answer; links and "
        "citations by pattern; Wilson intervals and score tests."
    ),
    source="Wilson 1927; Yurdakul 2018 (PSI)",
    limits=gettext_noop(
        "The limits you declare; the PSI of the length warns at 0.1 and fails at 0.25. 200 rows."
    ),
    traps=(
        HEURISTIC,
        gettext_noop("A polite refusal in another language or in other words is not counted."),
        gettext_noop("A citation that is there may still be invented."),
    ),
    rmf=(
        ("MEASURE 2.4", gettext_noop("Watches what the system writes while it is in use.")),
        ("MEASURE 2.5", gettext_noop("Shows whether answers keep the shape that was tested.")),
    ),
    requires=("answer",),
    reference="optional",
    min_n=200,
    params=(
        Param("max_empty", gettext_noop("Share of empty answers, at most"), None, 0.0, 1.0),
        Param("max_refusals", gettext_noop("Share of refusal phrases, at most"), None, 0.0, 1.0),
        Param("min_links", gettext_noop("Share with a link or citation, at least"), None, 0.0, 1.0),
        Param("psi_warn", gettext_noop("PSI of the length that warns"), 0.1, 0.0, 100.0),
        Param("psi_fail", gettext_noop("PSI of the length that fails"), 0.25, 0.0, 100.0),
    ),
    implementation="evaluations.checks.gen_answers:GenAnswers",
    family="generative",
)

STRUCTURE = CheckSpec(
    id="gen.structure",
    version=1,
    title=gettext_noop("Answers that must be JSON"),
    tells=gettext_noop(
        "How many answers are valid JSON, how many are objects, and, with a reference, how many "
        "have keys and types that no answer of the reference had."
    ),
    formula=gettext_noop(
        "Shares with Wilson intervals and score tests. The schema is taken from the reference: "
        "nested keys with their types, numbers as one type, kept as fingerprints."
    ),
    source="RFC 8259 (JSON); Wilson 1927",
    limits=gettext_noop(
        "1 % invalid answers warn and 5 % fail; the same for structures that the reference "
        "never had. 200 rows."
    ),
    traps=(
        gettext_noop("Valid is not right: values are not looked at."),
        gettext_noop("Every combination of optional keys is a structure of its own."),
        gettext_noop("Only the built-in engine can read JSON; warehouses are not asked."),
    ),
    rmf=(("MEASURE 2.5", gettext_noop("Shows whether machines can use the answers.")),),
    requires=("answer",),
    reference="optional",
    min_n=200,
    params=(
        Param("warn", gettext_noop("Share of bad answers that warns"), 0.01, 0.0, 1.0),
        Param("fail", gettext_noop("Share of bad answers that fails"), 0.05, 0.0, 1.0),
    ),
    implementation="evaluations.checks.gen_structure:GenStructure",
    family="generative",
)

MATCH = CheckSpec(
    id="gen.reference_match",
    version=1,
    title=gettext_noop("Answers against references"),
    tells=gettext_noop(
        "How many answers equal their reference: to the letter, but for case, spaces and "
        "punctuation, as a part of the answer, and by the last number in both."
    ),
    formula=gettext_noop(
        "Shares of the rows with a reference, with Wilson intervals; a score test for the one "
        "with a declared limit. Numbers agree within a millionth of the reference."
    ),
    source="Rajpurkar et al. 2016 (normalised match); Wilson 1927",
    limits=gettext_noop("The share that you ask for. Without any, figures are recorded. 100 rows."),
    traps=(
        gettext_noop("A right answer in other words is counted as wrong."),
        gettext_noop("A long answer holds many short references by chance."),
        gettext_noop("References that were in the training data prove memory, not skill."),
    ),
    rmf=(
        ("MEASURE 2.3", gettext_noop("Measures right answers on known questions.")),
        ("MEASURE 2.5", gettext_noop("Shows whether the system does what it was made for.")),
    ),
    requires=("answer", "expected"),
    reference="unused",
    min_n=100,
    params=(
        Param("min_exact", gettext_noop("Equal to the letter, at least"), None, 0.0, 1.0),
        Param("min_normalised", gettext_noop("Equal but for form, at least"), None, 0.0, 1.0),
        Param("min_contained", gettext_noop("Reference contained, at least"), None, 0.0, 1.0),
        Param("min_number", gettext_noop("Same last number, at least"), None, 0.0, 1.0),
    ),
    implementation="evaluations.checks.gen_match:GenMatch",
    family="generative",
)

DUPLICATES = CheckSpec(
    id="gen.duplicates",
    version=1,
    title=gettext_noop("Answers that repeat"),
    tells=gettext_noop(
        "How many answers are near duplicates of another one: equal but for case, spaces, "
        "punctuation and digits."
    ),
    formula=gettext_noop(
        "Fingerprints of the reduced text; the share of rows whose fingerprint occurs again. Of "
        "tables above 4,096 rows a fixed sample of fingerprints is looked at."
    ),
    source="Lee et al. 2022 (near duplicates)",
    limits=gettext_noop("A share of 20 % warns and 50 % fails. 200 rows."),
    traps=(
        HEURISTIC,
        gettext_noop("Short answers such as “yes” repeat rightly."),
        gettext_noop("A paraphrase is no duplicate here."),
    ),
    rmf=(
        ("MEASURE 2.4", gettext_noop("An answer given to everybody hides a fault.")),
        ("MEASURE 2.5", gettext_noop("Repeated rows make an evaluation look larger than it is.")),
    ),
    requires=("answer",),
    reference="unused",
    min_n=200,
    params=(
        Param("warn", gettext_noop("Share of repeated answers that warns"), 0.2, 0.0, 1.0),
        Param("fail", gettext_noop("Share of repeated answers that fails"), 0.5, 0.0, 1.0),
    ),
    implementation="evaluations.checks.gen_duplicates:GenDuplicates",
    family="generative",
)

SECRETS = CheckSpec(
    id="gen.secrets",
    version=1,
    title=gettext_noop("Secrets in the answers"),
    tells=gettext_noop(
        "Whether answers hold a planted canary, or something in the form of a private key, an "
        "access key or a token. The hits are counted, never kept."
    ),
    formula=gettext_noop(
        "The row's own canary as a part of the answer; published benchmark canaries and the "
        "issuers' own prefixes of keys by pattern. One hit per row and pattern."
    ),
    source="Carlini et al. 2019 (canaries); RFC 7468 (PEM); RFC 7519 (JWT)",
    limits=gettext_noop("Any canary or key fails; anything in the form of a token warns."),
    traps=(
        HEURISTIC,
        gettext_noop("A secret without a known prefix is not found."),
        gettext_noop("An example key from documentation counts, too."),
    ),
    rmf=(
        ("MEASURE 2.7", gettext_noop("Looks for secrets that the system gives away.")),
        ("MEASURE 2.10", gettext_noop("A canary that comes back was memorised.")),
    ),
    requires=("answer",),
    optional=("canary",),
    reference="unused",
    min_n=1,
    params=(),
    implementation="evaluations.checks.gen_secrets:GenSecrets",
    family="generative",
)

AGREEMENT = CheckSpec(
    id="gen.agreement",
    version=1,
    title=gettext_noop("Agreement of raters"),
    tells=gettext_noop(
        "Whether people who rated the same answers agree beyond chance, and whether a model that "
        "judges agrees with people: what their ratings are worth."
    ),
    formula=gettext_noop(
        "Cohen's kappa for every pair of columns on the rows that both rated, with its "
        "large-sample interval; observed agreement beside it."
    ),
    source="Cohen 1960; Fleiss, Cohen & Everitt 1969 (standard errors)",
    limits=gettext_noop("A kappa below 0.6 warns and below 0.4 fails. 50 rows that both rated."),
    traps=(
        gettext_noop("When nearly all ratings are the same, kappa is low though people agree."),
        gettext_noop("Ratings on a scale count as classes: near misses count as misses."),
        gettext_noop("Raters who agree can be wrong together."),
    ),
    rmf=(
        ("MEASURE 2.13", gettext_noop("Measures how good the human measurement is.")),
        ("MEASURE 1.3", gettext_noop("Shows whether assessors who are independent agree.")),
    ),
    requires=("raters",),
    reference="unused",
    min_n=50,
    params=(
        Param("warn", gettext_noop("Kappa, else warn"), 0.6, -1.0, 1.0),
        Param("fail", gettext_noop("Kappa, else fail"), 0.4, -1.0, 1.0),
    ),
    implementation="evaluations.checks.gen_agreement:GenAgreement",
    family="generative",
)
