-- SPDX-License-Identifier: ISC
--
-- peer.sql: what pgbench needs to write as the daemon does, in a schema of its
-- own beside a generated plan.
--
-- Everything that a call takes is computed beforehand and found by one key, so
-- that the statements measured do the work of rota.write() and as little else
-- as a client that sends parameters would cause.

CREATE SCHEMA bench;

CREATE TABLE bench.physician AS
	SELECT row_number() OVER (ORDER BY rpps) - 1 AS n, id FROM rota.physician;
ALTER TABLE bench.physician ADD PRIMARY KEY (n);
CREATE TABLE bench.site AS
	SELECT row_number() OVER (ORDER BY finess) - 1 AS n, id FROM rota.site;
ALTER TABLE bench.site ADD PRIMARY KEY (n);

CREATE UNLOGGED TABLE bench.call (
	n         bigint PRIMARY KEY,
	bump      uuid[],
	seen      bigint[], -- contention: that of the own guard only
	day       date[],
	read      uuid[],
	read_seen bigint[],
	lock      integer[], -- the order of those guards
	kinds     text[],
	rows      jsonb[],
	shared    uuid      -- contention: the guard that all fight for
);

-- The same function with the one change that pgbench needs to repeat a stale
-- write: a state that it knows as one to be repeated.
DO $$ BEGIN
	EXECUTE replace(replace(
		pg_get_functiondef('rota.write'::regproc),
		'FUNCTION rota.write(', 'FUNCTION bench.write('),
		'''RT001''', '''40001''');
END $$;

-- A guard of this run, and one of the run that others would draw too.
CREATE FUNCTION bench.guard(p_run text, p_what text, a bigint, b bigint)
RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
	SELECT md5(concat_ws(' ', p_run, p_what, a, b))::uuid
$$;

-- The order in which rota.write() is to lock two guards that are raised, lesser
-- first, and one that is read.
CREATE FUNCTION bench.order(a uuid, b uuid, c uuid)
RETURNS integer[] LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN c < a THEN ARRAY[-1, 1, 2] WHEN c < b THEN ARRAY[1, -1, 2]
		ELSE ARRAY[1, 2, -1] END
$$;

CREATE FUNCTION bench.row(p_id uuid, p_rev int, p_physician uuid, p_site uuid,
	p_room bigint, p_day date, p_part bigint, p_state text)
RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('id', p_id, 'rev', p_rev,
		'physician', p_physician, 'site', p_site, 'room', p_room,
		'day', p_day, 'part', substr('MA', 1 + p_part::int, 1),
		'from', extract(epoch FROM (p_day + CASE p_part
			WHEN 0 THEN time '09:00' ELSE time '14:00' END)
			AT TIME ZONE 'Europe/Paris')::bigint,
		'to', extract(epoch FROM (p_day + CASE p_part
			WHEN 0 THEN time '12:00' ELSE time '18:00' END)
			AT TIME ZONE 'Europe/Paris')::bigint,
		'half_days', 1, 'activity', 'MT', 'programme', NULL,
		'state', p_state)
$$;

-- Writes that do not meet: each client has its own physicians and sites, and
-- goes through its physicians half-day by half-day, as `rota-bench assign`
-- does.  Which number a guard has is known, since nobody else raises it.
-- Calls of client c: n from c * p_each on.
CREATE FUNCTION bench.prepare_assign(p_run text, p_clients int, p_each int,
	p_first date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_physicians bigint := (SELECT count(*) FROM bench.physician) / p_clients;
	v_sites bigint := (SELECT count(*) FROM bench.site) / p_clients;
BEGIN
	TRUNCATE bench.call;
	INSERT INTO rota.guard (id, rev)
		SELECT bench.guard(p_run, 'physician', n, 0), 1
			FROM bench.physician
		UNION ALL SELECT bench.guard(p_run, 'site', n, 0), 0
			FROM bench.site;
	INSERT INTO bench.call
	SELECT c * p_each + i,
		CASE WHEN own < shared THEN ARRAY[own, shared]
			ELSE ARRAY[shared, own] END,
		CASE WHEN own < shared THEN ARRAY[k + 1, day_seen]
			ELSE ARRAY[day_seen, k + 1] END,
		CASE WHEN own < shared THEN ARRAY[NULL, d]::date[]
			ELSE ARRAY[d, NULL]::date[] END,
		ARRAY[bench.guard(p_run, 'site', s, 0)], ARRAY[0]::bigint[],
		bench.order(LEAST(own, shared), GREATEST(own, shared),
			bench.guard(p_run, 'site', s, 0)),
		ARRAY['assignment'],
		ARRAY[bench.row(gen_random_uuid(), 1, physician.id, site.id, room,
			d, part, 'draft')],
		NULL
	FROM generate_series(0, p_clients - 1) c,
		generate_series(0, p_each - 1) i,
		LATERAL (SELECT i % v_physicians AS j, i / v_physicians AS k) a,
		LATERAL (SELECT c + p_clients * j AS p, k % 2 AS part,
			j / v_sites AS m, 1 + j / v_sites AS room, k / 2 AS working,
			c + p_clients * ((j + k / 2) % v_sites) AS s) b,
		LATERAL (SELECT p_first
			+ (working / 5 * 7 + working % 5)::int AS d,
			part * ((v_physicians - 1 - j % v_sites) / v_sites + 1)
			+ m AS day_seen) e,
		LATERAL (SELECT bench.guard(p_run, 'physician', p, 0) AS own,
			bench.guard(p_run, 'day', s, d - date '2000-01-01')
			AS shared) g,
		bench.physician, bench.site
	WHERE physician.n = p AND site.n = s;
	ANALYZE bench.call;
END
$$;

-- Everybody on one site and day: a client assigns (even calls) and cancels (odd
-- ones) a half-day of its own physician in its own room.
CREATE FUNCTION bench.prepare_contend(p_run text, p_clients int, p_each int,
	p_day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_site uuid := (SELECT id FROM rota.site
		WHERE rooms >= p_clients ORDER BY rooms DESC LIMIT 1);
	v_shared uuid := bench.guard(p_run, 'day', 0, 0);
	v_read uuid := bench.guard(p_run, 'site', 0, 0);
BEGIN
	TRUNCATE bench.call;
	INSERT INTO rota.guard (id, rev)
		SELECT bench.guard(p_run, 'physician', n, 0), 1
			FROM bench.physician WHERE n < p_clients
		UNION ALL VALUES (v_shared, 1), (v_read, 0);
	INSERT INTO bench.call
	SELECT c * p_each + i,
		CASE WHEN own < v_shared THEN ARRAY[own, v_shared]
			ELSE ARRAY[v_shared, own] END,
		ARRAY[i + 1],
		CASE WHEN own < v_shared THEN ARRAY[NULL, p_day]::date[]
			ELSE ARRAY[p_day, NULL]::date[] END,
		ARRAY[v_read], ARRAY[0]::bigint[],
		bench.order(LEAST(own, v_shared), GREATEST(own, v_shared), v_read),
		ARRAY['assignment'],
		ARRAY[bench.row(md5(concat_ws(' ', p_run, 'slot', c, i / 2))::uuid,
			1 + i % 2, physician.id, v_site, c + 1, p_day, 0,
			CASE i % 2 WHEN 0 THEN 'draft' ELSE 'cancelled' END)],
		v_shared
	FROM generate_series(0, p_clients - 1) c,
		generate_series(0, p_each - 1) i,
		LATERAL (SELECT bench.guard(p_run, 'physician', c, 0) AS own) g,
		bench.physician
	WHERE physician.n = c;
	ANALYZE bench.call;
END
$$;

-- A bare insert: the two rows that a write leaves, with nothing but their keys.
CREATE TABLE bench.bare_assignment (LIKE rota.assignment INCLUDING DEFAULTS, PRIMARY KEY (id));
CREATE TABLE bench.bare_change (
	seq     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	xid     xid8        NOT NULL DEFAULT pg_current_xact_id(),
	at      timestamptz NOT NULL DEFAULT clock_timestamp(),
	kind    text        NOT NULL,
	entity  uuid        NOT NULL,
	rev     bigint      NOT NULL,
	payload jsonb       NOT NULL
);
