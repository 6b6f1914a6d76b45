# SPDX-License-Identifier: ISC
"""adopt.py SOCKET WEEKS SECONDS THREADS: the requests of `adopt` beside it."""
import datetime
import random
import re
import socket
import sys
import threading
import time

PAUSE_S = 0.002  # between two reads
DROPS = 30


class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rwb")
        self.line()

    def line(self):
        return self.file.readline().decode().rstrip("\n")

    def ask(self, request):
        self.file.write((request + "\n").encode())
        self.file.flush()
        data = []
        while True:
            line = self.line()
            if line.startswith("* "):
                data.append(line)
            elif not line.startswith("! "):
                return data, line


def number(line, key):
    found = re.search(r"\b%s=([0-9.]+)" % key, line)
    return float(found.group(1)) if found else 0.0


class Reader(threading.Thread):
    """Reads half-days of one site after another and notes how long that took."""

    def __init__(self, path, day):
        super().__init__(daemon=True)
        self.phase = "run"
        self.over = False
        self.waits = {}
        self.connection = Connection(path)
        sites, _ = self.connection.ask("site list limit=100")
        self.requests = [
            "slot list site=%s from=%s to=%s"
            % (re.search(r"site=(\S+)", site).group(1), day, day)
            for site in sites
        ]

    def run(self):
        i = 0
        while not self.over:
            phase, begun = self.phase, time.monotonic()
            self.connection.ask(self.requests[i % len(self.requests)])
            took = (time.monotonic() - begun) * 1000
            self.waits.setdefault(phase, []).append(took)
            i += 1
            time.sleep(PAUSE_S)

    def p99(self, phase):
        waits = sorted(self.waits.get(phase, [0.0]))
        return waits[min(len(waits) - 1, len(waits) * 99 // 100)]


def plan(connection, first, last, seconds, threads):
    _, line = connection.ask(
        "plan start from=%s to=%s seconds=%s threads=%s" % (first, last, seconds, threads)
    )
    if not line.startswith("ok "):
        sys.exit(line)
    name = re.search(r"plan=(\S+)", line).group(1)
    _, line = connection.ask("plan watch plan=" + name)
    while "state=queued" in line or "state=running" in line:
        line = connection.line()
    if "state=done" not in line:
        sys.exit(line)
    return name, line


def repairs(connection, path, first, last):
    """Random people drop out: milliseconds to the first and the last line."""
    random.seed(1)
    people, _ = connection.ask("physician list limit=1000")
    names = [re.search(r"physician=(\S+)", row).group(1) for row in people]
    begun = time.monotonic()
    waits = {"start": [], "first": [], "settled": []}
    while len(waits["first"]) < DROPS:
        day = first + datetime.timedelta(days=random.randrange((last - first).days))
        to = day + datetime.timedelta(days=random.randrange(14))
        asked = time.monotonic()
        connection.file.write(
            ("plan repair physician=%s from=%s to=%s\n" % (random.choice(names), day, to)).encode()
        )
        connection.file.flush()
        told, line = None, ""
        while not line.startswith(("ok ", "no ", "bad ", "fail ")):
            line = connection.line()
            if line.startswith("* first "):
                told = time.monotonic()
        if not line.startswith("ok ") or "retry=" in line:
            sys.exit(line)
        if not waits["start"]:
            waits["start"].append((time.monotonic() - begun) * 1000)
        elif told is not None:
            waits["first"].append((told - asked) * 1000)
            waits["settled"].append((time.monotonic() - asked) * 1000)
    p90 = {key: sorted(wait)[len(wait) * 9 // 10] for key, wait in waits.items()}
    return [
        ("repair, cold start, ms", p90["start"], 2000),
        ("repair, first answer, p90 ms", p90["first"], 20),
        ("repair, settled, p90 ms", p90["settled"], 100),
    ]


def main():
    path, weeks, seconds, threads = sys.argv[1:5]
    today = datetime.date.today()
    first = today + datetime.timedelta(days=7 - today.weekday())
    last = first + datetime.timedelta(days=7 * int(weeks) - 1)
    connection = Connection(path)
    while not connection.ask("plan list")[1].startswith("ok"):
        time.sleep(0.1)
    reader = Reader(path, first)
    reader.start()
    name, line = plan(connection, first, last, seconds, threads)
    rows = [("bound-gap, per cent", number(line, "bound-gap"), 2.0)]
    lines = number(line, "lines")
    data, _ = connection.ask("plan show plan=" + name)
    instance = next(row for row in data if row.startswith("* instance"))
    rows.append(("pause of the loop, ms", number(instance, "pause-us") / 1000, 10))
    rows.append(("instance, ms", number(instance, "written-us") / 1000, 300))
    rows.append(("reads while it runs, p99 ms", reader.p99("run"), 5))
    for verb in ("adopt", "publish"):
        reader.phase = verb
        begun = time.monotonic()
        _, line = connection.ask("plan %s plan=%s" % (verb, name))
        took = (time.monotonic() - begun) * 1000
        if not line.startswith("ok "):
            sys.exit(line)
        done = number(line, verb + "ed")
        rows.append(("not %sed, of %d" % (verb, lines), lines - done, 0))
        rows.append((verb + ", ms", took, None))
        time.sleep(0.5)
    reader.over = True
    rows.extend(repairs(connection, path, first, last))
    missed = 0
    for words, value, target in rows:
        good = target is None or value <= target
        missed += not good
        print(
            "| %-32s | %9.3f | %s |"
            % (words, value, "" if target is None else "<= %g%s" % (target, "" if good else " missed"))
        )
    sys.exit(1 if missed else 0)


main()
