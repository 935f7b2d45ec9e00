# SPDX-License-Identifier: LGPL-2.1-or-later
"""The sources of the tree, for the checks beside this file."""
import pathlib
import re

PRODUCT = ("common", "agents", "keeper")
FOLDERS = PRODUCT + ("tests",)


def source_files(root, folders=FOLDERS):
    return sorted(f for top in folders for f in pathlib.Path(root, top).rglob("*.[ch]"))


def code_of(text):
    """The text with comments and the insides of literals blanked; lines keep their numbers."""
    def blank(found):
        token = found[0]
        if token[0] in "\"'":
            return token[0] + " " * (len(token) - 2) + token[0]
        return re.sub(r"[^\n]", " ", token)

    return re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', blank, text,
                  flags=re.S)
