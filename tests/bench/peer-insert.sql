-- SPDX-License-Identifier: ISC
\set p random(0, 1000000000)
WITH a AS (INSERT INTO bench.bare_assignment (id, rev, physician, site, room, day, part, during, half_days, activity, programme, state) VALUES (gen_random_uuid(), 1, '1b4e28ba-2fa1-4d2e-883f-0016d3cca427', '6fa459ea-ee8a-4ca4-894e-db77e160355e', 1, '2027-01-04', 'M', '[2027-01-04 08:00+00,2027-01-04 11:00+00)', 1, 'MT', NULL, 'draft') RETURNING id) INSERT INTO bench.bare_change (kind, entity, rev, payload) SELECT 'assignment', a.id, :p, '{"rev": 1, "part": "M", "room": 1, "state": "draft"}' FROM a;
