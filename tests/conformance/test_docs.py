# SPDX-License-Identifier: LGPL-2.1-or-later
"""The documents name tests as proofs: each of them is there."""

import pathlib
import re

import pytest

TOP = pathlib.Path(__file__).parents[2]
DOCUMENTS = sorted([*TOP.glob("docs/*.md"), *TOP.glob("crm-examples/*/README*.md")])


def known():
    """Every test function, C test program and file of tests."""
    found = set()
    for path in (TOP / "tests").rglob("*test_*"):
        found.add(path.stem)
        if path.suffix == ".py":
            found.update(re.findall(r"^def (test_\w+)", path.read_text(), re.M))
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(TOP)))
def test_tests_that_a_document_names_are_there(document):
    assert set(re.findall(r"\btest_\w+", document.read_text())) - {"test_MODULE"} <= known()
