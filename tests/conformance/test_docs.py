# SPDX-License-Identifier: LGPL-2.1-or-later
"""The documents name tests as proofs: each of them is there. The constraints that they explain are those of the example, and
those that the lab tries."""

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


def constraints_of(path):
    """Its lines of constraints, each in one spelling, in any order."""
    lines = re.findall(r"^(?:colocation|order) .*$", path.read_text(), re.M)
    return sorted(" ".join(line.split()) for line in lines)


@pytest.mark.parametrize("copy", ["docs/cluster.md", "tests/lab/orders/cluster.crm"])
def test_constraints_are_the_examples(copy):
    ours = constraints_of(TOP / "crm-examples/kaia-bare-metal/cluster.crm")
    assert ours and constraints_of(TOP / copy) == ours


def commands_of(path, without="With a lease in etcd"):
    """The lines that an operator types, without their remarks."""
    sections = re.split(r"^## ", path.read_text(), flags=re.M)
    lines = [line for section in sections if not section.startswith(without) for line in re.findall(r"^    .*", section, re.M)]
    return [re.sub(r" +# .*", "", line) for line in lines]


def test_both_languages_tell_the_same_commands():
    folder = TOP / "crm-examples/kaia-bare-metal"
    assert commands_of(folder / "README.ja.md") == commands_of(folder / "README.md")
