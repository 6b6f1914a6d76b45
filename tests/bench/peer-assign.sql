-- SPDX-License-Identifier: ISC
\set n :client_id * :each + :i
\set i :i + 1
SELECT w.code FROM bench.call c, LATERAL rota.write('{NULL}', '{NULL}', '{NULL}', '{NULL}', '{1,1}', c.bump, c.seen, c.day, '{1}', c.read, c.read_seen, c.lock, '{1}', c.kinds, c.rows) w WHERE c.n = :n;
