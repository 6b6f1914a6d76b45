# SPDX-License-Identifier: ISC
"""adopt.py SOCKET WEEKS SECONDS THREADS: the requests of `adopt` beside it."""
import datetime
import itertools
import random
import re
import socket
import sys
import threading
import time

PERIOD_S = 0.002  # of reads, which fall due whether or not they are late
DROPS = 30
# While lines are adopted, and while they are published, in one write.
READS_MS = {"adopt": 10, "publish": None}


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
        due = time.monotonic()
        for request in itertools.cycle(self.requests):
            if self.over:
                break
            due += PERIOD_S
            time.sleep(max(0.0, due - time.monotonic()))
            phase = self.phase
            self.connection.ask(request)
            took = (time.monotonic() - due) * 1000
            self.waits.setdefault(phase, []).append(took)

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


class Table:
    """Rows, told as they come: what follows may fail."""

    def __init__(self):
        self.missed = False

    def row(self, words, value, target=None):
        good = target is None or value <= target
        self.missed = self.missed or not good
        aim = "" if target is None else "<= %g" % target
        if not good:
            aim += " missed"
        print("| %-32s | %9.3f | %s |" % (words, value, aim), flush=True)


def take(connection, reader, table, name, lines):
    """Adopts and publishes the plan."""
    for verb in ("adopt", "publish"):
        begun = time.monotonic()
        reader.phase = verb
        _, line = connection.ask("plan %s plan=%s" % (verb, name))
        reader.phase = "between"
        took = (time.monotonic() - begun) * 1000
        if not line.startswith("ok "):
            sys.exit(line)
        done = number(line, verb + "ed")
        table.row("not %sed, of %d" % (verb, lines), lines - done, 0)
        table.row(verb + ", ms", took)
        table.row("writes that it took", number(line, "units"))
        table.row("reads meanwhile, p99 ms", reader.p99(verb), READS_MS[verb])
        table.row("the longest, ms", max(reader.waits.get(verb, [0.0])))


def main():
    path, weeks, seconds, threads = sys.argv[1:5]
    today = datetime.date.today()
    first = today + datetime.timedelta(days=7 - today.weekday())
    last = first + datetime.timedelta(days=7 * int(weeks) - 1)
    connection = Connection(path)
    while not connection.ask("plan list")[1].startswith("ok"):
        time.sleep(0.1)
    table = Table()
    reader = Reader(path, first)
    reader.start()
    name, line = plan(connection, first, last, seconds, threads)
    table.row("bound-gap, per cent", number(line, "bound-gap"), 2.0)
    lines = number(line, "lines")
    data, _ = connection.ask("plan show plan=" + name)
    instance = next(row for row in data if row.startswith("* instance"))
    table.row("pause of the loop, ms", number(instance, "pause-us") / 1000, 10)
    table.row("instance, ms", number(instance, "written-us") / 1000, 300)
    table.row("reads while it runs, p99 ms", reader.p99("run"), 5)
    take(connection, reader, table, name, lines)
    reader.over = True
    for row in repairs(connection, path, first, last):
        table.row(*row)
    sys.exit(1 if table.missed else 0)


main()
