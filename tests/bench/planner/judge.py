#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Judge of a plan by the benchmark's own text (stdlib only).

usage: judge.py TEXT PLAN

TEXT is what gen.py printed, PLAN what rota-planner wrote for the instance that
convert made of it.  Every rule of the benchmark's model is applied to the
half-days of the plan and its cost is computed anew, from the text alone: nothing
of rota is used but the lines "plan" and "assign".  Prints the cost; refuses, with
the reason and exit status 1, a plan that breaks a rule or claims another cost.
"""
import datetime
import math
import sys

FACTOR = [1.0, 0.9, 1.2, 1.2, 1.2, 0.6, 1.1]
LEVELS = [1, 0.7, 0.5, 0.35]
SNP, TELE = 1, 5
MORNING, AFTERNOON, EVENING = 0, 1, 2
SATURDAY = 5
GAP = 50
ACTIVITY = {('MT', ''): 0, ('SNP', ''): 1, ('CA', 'A'): 2, ('CA', 'B'): 3,
            ('CA', 'C'): 4, ('TLC', ''): 5, ('PDSA', ''): 6}
FIRST = datetime.date(2001, 1, 1)


class Text:
    def __init__(self, name):
        self.weight, self.site, self.phy = {}, {}, {}
        self.need, self.free, self.reach, self.anchor = {}, {}, {}, {}
        with open(name, encoding='ascii') as lines:
            for line in lines:
                word = line.split()
                if word and not line.startswith('#'):
                    self.read(word[0], word[1:])

    def read(self, kind, w):
        if kind == 'META':
            self.weeks = int(w[2])
        elif kind == 'WEIGHT':
            self.weight[w[0]] = int(w[1])
        elif kind == 'SITE':
            self.site[int(w[0])] = (float(w[1]), float(w[2]), int(w[4]),
                                    int(w[5]))
        elif kind == 'DEM':
            site, week, day, slot, act, count = map(int, w)
            self.need[site, week, day, slot, act] = count
        elif kind == 'PHY':
            self.phy[int(w[0])] = [int(x) for x in w[3:10]]
        elif kind == 'AV':
            self.free[int(w[0])] = w[1]
        elif kind == 'AL':
            self.reach[int(w[0]), int(w[1])] = (int(w[2]), int(w[3]))
        elif kind == 'AN':
            self.anchor[int(w[0]), int(w[1])] = int(w[2])

    def minutes(self, a, b):
        dx = self.site[a][0] - self.site[b][0]
        dy = self.site[a][1] - self.site[b][1]
        return round(1.3 * math.sqrt(dx * dx + dy * dy) * 60 / 65) + 5


def refuse(why):
    sys.exit('judge.py: ' + why)


def keys(line):
    return dict(pair.split('=', 1) for pair in line.split()[1:])


def read_plan(name):
    """The claimed cost; what a physician does: (site, activity) by time."""
    claimed, work = None, {}
    with open(name, encoding='ascii') as lines:
        for line in lines:
            if line.startswith('plan '):
                claimed = int(keys(line)['cost'])
            elif line.startswith('assign '):
                k = keys(line)
                day = (datetime.date.fromisoformat(k['day']) - FIRST).days
                time = (int(k['physician']), day // 7, day % 7,
                        'MAS'.index(k['part']))
                if time in work:
                    refuse('two half-days at once: %s %s %s %s' % time)
                work[time] = (int(k['site']),
                              ACTIVITY[k['activity'], k.get('specialty', '')])
    if claimed is None:
        refuse('no line "plan"')
    return claimed, work


def judge_half(text, time, what):
    """The cost of one half-day by itself."""
    p, week, day, slot = time
    site, act = what
    w = text.weight
    if (p, site) not in text.reach:
        refuse('physician %d does not reach site %d' % (p, site))
    if not text.phy[p][0] >> act & 1:
        refuse('physician %d lacks activity %d' % (p, act))
    free = text.free[p][week * 18 + day * 3 + slot]
    if free == '0':
        refuse('physician %d is not free' % p)
    minutes, level = text.reach[p, site]
    cost = w['pref'] * level
    if free == '2':
        cost += w['dislike']
    if act != TELE:
        cost += 2 * w['travel'] * minutes
    if act == 0 and text.anchor.get((p, day), site) != site:
        cost += w['anchor']
    return cost


def saving(text, p, a, b):
    """Of a morning and an afternoon."""
    if TELE in (a[1], b[1]):
        return 0
    travel = text.weight['travel']
    first, second = text.reach[p, a[0]][0], text.reach[p, b[0]][0]
    if a[0] == b[0]:
        return 2 * travel * first
    between = text.minutes(a[0], b[0])
    if between > GAP:
        refuse('physician %d: two sites of a day too far apart' % p)
    return max(0, travel * (first + second - between))


def judge_physician(text, p, work):
    mask, wkmin, wkmax, hzmin, hzmax, daymax, fair = text.phy[p]
    w, cost, total, snp, unpopular = text.weight, 0, 0, 0, 0
    for week in range(text.weeks):
        in_week, evening = 0, False
        for day in range(6):
            done = [work.get((p, week, day, slot)) for slot in range(3)]
            count = sum(x is not None for x in done)
            in_week += count
            if count > daymax:
                refuse('physician %d: too many half-days in a day' % p)
            if evening and done[MORNING]:
                refuse('physician %d: no rest after an evening' % p)
            evening = done[EVENING] is not None
            for slot in range(3):
                if done[slot]:
                    cost += judge_half(text, (p, week, day, slot), done[slot])
                    snp += done[slot][1] == SNP
                    unpopular += slot == EVENING or day == SATURDAY
            if done[MORNING] and done[AFTERNOON]:
                cost -= saving(text, p, done[MORNING], done[AFTERNOON])
        if in_week > wkmax:
            refuse('physician %d: too many half-days in a week' % p)
        cost += w['wkmin'] * max(0, wkmin - in_week)
        total += in_week
    if total > hzmax:
        refuse('physician %d: too many half-days' % p)
    if snp and 2 * snp > total - 1:
        refuse('physician %d: unscheduled care is no minority' % p)
    m = max(0, unpopular - fair)
    return cost + w['hzmin'] * max(0, hzmin - total) + w['fair'] * m * (
        m + 1) // 2


def judge_sites(text, work):
    held, used, seen, total, snp = {}, {}, set(), {}, {}
    for (p, week, day, slot), (site, act) in work.items():
        key = (site, week, day, slot, act)
        held[key] = held.get(key, 0) + 1
        if held[key] > text.need.get(key, 0):
            refuse('site %d: more half-days than are needed' % site)
        used[key[:4]] = used.get(key[:4], 0) + 1
        if used[key[:4]] > text.site[site][3]:
            refuse('site %d: more half-days than rooms' % site)
        if slot != EVENING and act != TELE:
            seen.add(key[:3])
        total[site] = total.get(site, 0) + 1
        snp[site] = snp.get(site, 0) + (act == SNP)
    for site, count in total.items():
        if snp[site] and 2 * snp[site] > count - 1:
            refuse('site %d: unscheduled care is no minority' % site)
    cost, wanted = 0, set()
    for key, count in text.need.items():
        zone = text.site[key[0]][2]
        for k in range(held.get(key, 0), count):
            cost += round(zone * FACTOR[key[4]] * LEVELS[min(k, 3)])
        if key[3] != EVENING and key[4] != TELE:
            wanted.add(key[:3])
    for site, _, _ in wanted - seen:
        cost += text.site[site][2] * text.weight['presence'] // 1000
    return cost


def main():
    if len(sys.argv) != 3:
        sys.exit('usage: judge.py TEXT PLAN')
    text = Text(sys.argv[1])
    claimed, work = read_plan(sys.argv[2])
    for time in work:
        if time[0] not in text.phy or not (
                0 <= time[1] < text.weeks and time[2] < 6):
            refuse('no such half-day: %s %s %s %s' % time)
    cost = judge_sites(text, work)
    for p in text.phy:
        cost += judge_physician(text, p, work)
    if cost != claimed:
        refuse('the cost is %d, the plan says %d' % (cost, claimed))
    print(cost)


main()
