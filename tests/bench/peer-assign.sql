-- SPDX-License-Identifier: ISC
\set n :client_id * :each + :i
\set i :i + 1
SELECT w.code FROM bench.call c, LATERAL rota.write(NULL, NULL, NULL, NULL, c.bump, c.seen, c.day, c.read, c.read_seen, c.kinds, c.rows) w WHERE c.n = :n;
