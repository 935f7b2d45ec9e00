# SPDX-License-Identifier: LGPL-2.1-or-later
"""Draws what the rows of docs/faults.md look like on a time axis: makes each fault once and writes an SVG of what the
recorder heard and etcd granted.
usage: picture.py FILE.svg"""
import base64
import json
import signal
import subprocess
import sys
import tempfile
import threading
from html import escape
from pathlib import Path

from rig import ADDRESS, GATE, Rig
from waiting import now, until

LEFT, RIGHT, BEGIN, END = 250, 862, -1.0, 4.0
TOP, ROW, LANE = 86, 84, 15

STYLE = """
    .paper { fill: #ffffff } .ink { fill: #1f2328 } .soft { fill: #59636e } .b { font-weight: bold } .s { font-size: 11px }
    .grid { stroke: #d1d9e0 } .old { fill: #2da44e } .new { fill: #0969da } .tick { stroke: #1f2328 }
    .gate { fill: none; stroke: #59636e; stroke-dasharray: 3 2 } .fault { stroke: #bc4c00; stroke-width: 1.5 }
    .faultink { fill: #953800 } .on { fill: #ffffff } .e { text-anchor: end } .m { text-anchor: middle }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #0d1117 } .ink { fill: #e6edf3 } .soft { fill: #9198a1 } .grid { stroke: #3d444d }
      .old { fill: #3fb950 } .new { fill: #4493f8 } .tick { stroke: #e6edf3 } .gate { stroke: #9198a1 }
      .fault { stroke: #f0883e } .faultink { fill: #ffa657 } .on { fill: #0d1117 }
    }"""


class Grants:
    """What etcd granted: (instant, epoch) of each swap of the seat's record."""

    def __init__(self, etcd):
        self.seen = []
        self.watch = subprocess.Popen(
            etcd.members[0].command("watch", "--write-out=json", f"/validator-agents/seat/{ADDRESS}"),
            cwd=etcd.folder, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.watch.stdout:
            for event in json.loads(line).get("Events", []):
                record = base64.b64decode(event["kv"].get("value", "")).decode()
                fields = dict(entry.split("=", 1) for entry in record.splitlines())
                self.seen.append((now(), int(fields["epoch"])))

    def of(self, epoch):
        return [instant for instant, e in self.seen if e == epoch]

    def end(self):
        self.watch.kill()
        self.watch.wait()


def power_lost(one):
    one.crash()


def moved(one):
    one.lose()


def cut(one):
    one.way.is_cut = True


def stopped(one):
    one.keeper.send_signal(signal.SIGSTOP)


def killed(one):
    one.kill_keeper()


def frozen(one):
    one.freeze(True)


def go_on(one):
    one.freeze(False)


ROWS = [("1", "the holder loses power", power_lost, None), ("2", "planned move", moved, None),
        ("4", "the holder is cut from etcd", cut, None), ("9", "the keeper is stopped", stopped, go_on),
        ("11", "kill -9 of the keeper", killed, None), ("19", "the machine is frozen", frozen, go_on)]


def play(fault, after):
    """Makes one fault in a rig of its own: what came of it, in seconds since."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        rig = Rig(Path(folder))
        grants = Grants(rig.etcd)
        try:
            one, two = rig.machines
            one.take()
            until(lambda: now() > rig.recorder.first("n1") + 1.5)
            begin = now()
            fault(one)
            two.take()
            until(lambda: rig.recorder.first("n2"))
            until(lambda: now() > begin + 3)
            thawed = None
            if after:
                thawed = now() - begin
                after(one)
            until(lambda: now() > begin + END)
            spans = {who: (first - begin, last - begin) for (who, _), (first, last) in rig.recorder.seen().items()}
            granted = {epoch: [instant - begin for instant in grants.of(epoch)] for epoch in (1, 2)}
            return {"spans": spans, "granted": granted, "thawed": thawed, "w": rig.recorder.overlap()}
        finally:
            grants.end()
            rig.end()


def instant(t):
    return f"{round(t, 2) + 0.0:+.2f}"


def x(t):
    return round(LEFT + (min(max(t, BEGIN), END) - BEGIN) * (RIGHT - LEFT) / (END - BEGIN), 1)


def text(at, y, words, kind="ink s"):
    return f'<text class="{kind}" x="{at}" y="{y}">{escape(words)}</text>'


def bar(span, y, kind):
    return f'<rect class="{kind}" x="{x(span[0])}" y="{y}" width="{max(round(x(span[1]) - x(span[0]), 1), 1)}" height="{LANE}"/>'


def ticks(instants, y):
    return [f'<path class="tick" d="M{x(t)} {y} v-5"/>' for t in instants if BEGIN < t < END]


def row_drawn(y, number, words, seen):
    old, new, granted = seen["spans"]["n1"], seen["spans"]["n2"], seen["granted"]
    # A swap that gives the seat back is no renewal.
    last = max(t for t in granted[1] if t < old[1] + 0.01)
    yield text(16, y + 16, f"{number}", "ink b")
    yield text(44, y + 16, words, "ink")
    yield text(44, y + 34, f"W {seen['w']:.2f} s, TTR {new[0]:.2f} s", "soft")
    for lane, name in ((y + 4, "n1"), (y + 40, "n2")):
        yield text(LEFT - 8, lane + 12, name, "soft s e")
    yield f'<path class="fault" d="M{x(0)} {y - 4} V{y + 60}"/>'
    yield from ticks(granted[1], y + 3)
    yield from ticks(granted[2], y + 39)
    yield bar(old, y + 4, "old")
    yield bar(new, y + 40, "new")
    taken = granted[2][0]
    told = f"granted {instant(taken)}, first packet {instant(new[0])}"
    if taken > 1:
        gate = f'x="{x(last)}" y="{y + 2}" width="{round(x(last + GATE) - x(last), 1)}"'
        yield f'<rect class="gate" {gate} height="{LANE + 4}"/>'
        yield text(x(max(old[1], last + GATE)) + 5, y + 16, f"last packet {instant(old[1])}")
        yield text(x(taken) - 5, y + 52, told, "ink s e")
    else:  # the gate was shut at once
        yield text(x(old[1]) + 8, y + 16, f"last packet {instant(old[1])}")
        yield text(x(new[0]) + 6, y + 52, told, "on s")
    if seen["thawed"]:
        yield f'<path class="fault" d="M{x(seen["thawed"])} {y + 2} v19"/>'
        yield text(x(seen["thawed"]) + 4, y + 16, "goes on", "faultink s")


def drawn(plays):
    height = TOP + ROW * len(plays) + 30
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 {height}" font-family="\'DejaVu Sans\', Verdana, '
           'sans-serif" font-size="13" role="img" aria-labelledby="t d">')
    yield '<title id="t">The seat under faults, on a time axis</title>'
    yield ('<desc id="d">For each fault the packets of the old and of the new signer, the renewals that etcd granted and '
           'the time for which the last of them left the old gate open. The new signer\'s first packet comes after the '
           'old one\'s last in each row.</desc>')
    yield f"<style>{STYLE}\n</style>"
    yield f'<rect class="paper" width="880" height="{height}" rx="8"/>'
    yield text(16, 28, "Seconds since the fault; profile lan: gate 0.8 s, takeover 2.0 s", "ink b")
    yield '<rect class="old" x="16" y="42" width="26" height="12"/>' + text(48, 52, "packets of the old signer")
    yield '<rect class="new" x="206" y="42" width="26" height="12"/>' + text(238, 52, "of the new one")
    yield '<path class="tick" d="M345 54 v-6 M351 54 v-6 M357 54 v-6"/>' + text(364, 52, "swaps that etcd granted")
    yield '<rect class="gate" x="526" y="41" width="26" height="14"/>' + text(558, 52, "the old gate's time after the last")
    yield '<path class="fault" d="M782 40 v16"/>' + text(790, 52, "fault")
    bottom = TOP + ROW * len(plays)
    for second in range(int(BEGIN), int(END) + 1):
        yield f'<path class="grid" d="M{x(second)} {TOP - 16} V{bottom}"/>'
        yield text(x(second), bottom + 16, f"{second:+d} s" if second else "0", "soft s m")
    for index, (number, words, seen) in enumerate(plays):
        yield from row_drawn(TOP + index * ROW, number, words, seen)
    yield "</svg>"


def main():
    plays = [(number, words, play(fault, after)) for number, words, fault, after in ROWS]
    Path(sys.argv[1]).write_text("\n".join(drawn(plays)) + "\n", encoding="utf-8")


main()
