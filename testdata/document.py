"""Runs the blocks of a document in order, in one Python and one folder, and compares what they print. Standard input: JSON of [{language, code, want}]."""
import contextlib
import io
import json
import subprocess
import sys

names = {}
wrong = []
for block in json.load(sys.stdin):
    if block["language"] == "python":
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block["code"], "block", "exec"), names)
        got = printed.getvalue()
    else:
        got = subprocess.run(["sh", "-ec", block["code"]], stdout=subprocess.PIPE, text=True, check=True).stdout
    if got != block["want"]:
        wrong.append(f"{block['code']}\nprints\n{got}\nnot\n{block['want']}")
if wrong:
    sys.exit("\n".join(wrong))
