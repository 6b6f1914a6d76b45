-- SPDX-License-Identifier: ISC
-- Read the guard that all fight for, then call; a stale call is made again.
\set n :client_id * :each + :i
SELECT g.rev FROM bench.call c, rota.guard g WHERE c.n = :n AND g.id = c.shared \gset
SELECT w.code FROM bench.call c, LATERAL bench.write('{NULL}', '{NULL}', '{NULL}', '{NULL}', '{1,1}', c.bump, CASE WHEN c.bump[1] = c.shared THEN ARRAY[:rev, c.seen[1]] ELSE ARRAY[c.seen[1], :rev] END, c.day, '{1}', c.read, c.read_seen, c.lock, '{1}', c.kinds, c.rows) w WHERE c.n = :n \gset
\if :code = 0
\set i :i + 1
\endif
