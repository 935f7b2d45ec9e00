"""What a document tells the operator to type: its blocks of commands, in its order, none passed over unseen."""

import dataclasses
import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parents[3]
README = TOP / "crm-examples/kaia-bare-metal/README.md"
OPERATIONS = TOP / "docs/operations.md"
EVERYWHERE = "on both"      # begins the comment of a command that both hosts get


@dataclasses.dataclass(frozen=True)
class Command:
    """One command, as it stands there, and the comment behind it."""

    text: str
    comment: str

    def everywhere(self):
        """Whether it is for both hosts."""
        return self.comment.startswith(EVERYWHERE)


def commands_of(block):
    """The commands of an indented block; one goes on where a line ends in a backslash, a pipe or &&."""
    found, text = [], ""
    for line in block.splitlines():
        line, _, comment = re.sub(r"^ {4}", "", line).partition(" # ")
        text += line.rstrip()
        if text.endswith(("\\", "|", "&&")):
            text += "\n"
        elif not line.startswith("#"):
            found.append(Command(text, comment.strip()))
        text = text if text.endswith("\n") else ""
    return found


def blocks_of(text):
    """(heading, commands) of each block, in order."""
    heading, found = "", []
    for part in re.split(r"\n\n+", text):
        if part.startswith("#"):
            heading = part.splitlines()[0].lstrip("# ")
        elif part.startswith("    "):
            found.append((heading, commands_of(part)))
    return found


class Guide:
    """A document that is followed from its first block to its last."""

    def __init__(self, path):
        self.blocks = blocks_of(path.read_text(encoding="utf-8"))

    def next(self, section, begins):
        """The next block: it stands in this section, and its first command begins so."""
        heading, commands = self.blocks.pop(0)
        assert heading.startswith(section) and commands[0].text.startswith(begins), f"{heading}: {commands[0].text}"
        return commands

    def skip(self, section):
        """Passes over a section, which is somebody else's test."""
        while self.blocks and self.blocks[0][0].startswith(section):
            self.blocks.pop(0)


def things_to_do(section, path=README):
    """The commands in the first column of a section's table, row by row."""
    text = path.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.*?) \| ", text, re.M)
    return [re.findall(r"`([^`]+)`", row) for row in rows if not row.startswith(("do", "---"))]


def block_after(words, path=OPERATIONS):
    """The block of commands that follows these words of a document."""
    return commands_of(re.search(r"\n\n((?:    .*\n?)+)", path.read_text(encoding="utf-8").partition(words)[2])[1])


def by_pcs():
    """{crmsh's command: pcs's} as the table in operations.md says it; the empty text where pcs needs none."""
    found = re.findall(r"^\| `(crm [^`]+)` \| (?:`(pcs [^`]+)`|nothing)", OPERATIONS.read_text(encoding="utf-8"), re.M)
    return dict(found)
