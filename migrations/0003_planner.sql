-- 0003_planner.sql: what plans are measured by, and the plans that are proposed.
--
-- Locks: rota.site for a moment, for a column with a constant default; the rest
-- is new.  Old daemon: it does not know the kind weight in the feed, so it may
-- not run beside this schema.

INSERT INTO rota.migration (number, name, oldest_daemon) VALUES (3, 'planner', 3);

-- ---------------------------------------------------------------------------
-- What soft terms count.

CREATE TABLE rota.weight (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	territory uuid REFERENCES rota.territory,
	programme uuid REFERENCES rota.programme,
	term text NOT NULL CHECK (term ~ '^[a-z][a-z-]{0,14}$'),
	"from" date NOT NULL,
	"to" date,
	value integer NOT NULL CHECK (value BETWEEN 0 AND 10000),
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK (num_nonnulls(territory, programme) < 2),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.weight IS 'what a soft term counts in a plan, where it is not what it counts by default';
COMMENT ON COLUMN rota.weight.id IS 'name of it for ever';
COMMENT ON COLUMN rota.weight.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.weight.territory IS 'for whose sites; null with no programme: for all';
COMMENT ON COLUMN rota.weight.programme IS 'for whose half-days';
COMMENT ON COLUMN rota.weight.term IS 'which term: zip, travel, continuity ...';
COMMENT ON COLUMN rota.weight."from" IS 'first day';
COMMENT ON COLUMN rota.weight."to" IS 'last day, or null: open';
COMMENT ON COLUMN rota.weight.value IS 'points, or thousandths, as the term is counted; one point is half a minute of travel';
COMMENT ON COLUMN rota.weight.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.weight.source IS 'real, or generated for a demonstration';

GRANT SELECT ON rota.weight TO rota_daemon;

ALTER TABLE rota.site
	ADD COLUMN label text NOT NULL DEFAULT '' CHECK (length(label) <= 19);
COMMENT ON COLUMN rota.site.label IS 'label by which it promises to be open on five days of a week, or empty';

-- ---------------------------------------------------------------------------
-- Proposals.  What a planner proposes is not the plan: it stands in no book,
-- blocks nobody and makes no row of the feed until its lines are adopted, as
-- half-days like any others.

CREATE TABLE rota.plan (
	id uuid PRIMARY KEY,
	account uuid,
	state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'adopted')),
	variant text NOT NULL CHECK (variant IN ('fill', 'free', 'repair')),
	"from" date NOT NULL,
	"to" date NOT NULL,
	scope text NOT NULL CHECK (length(scope) <= 65536),
	weights text NOT NULL CHECK (length(weights) <= 4096),
	seconds integer NOT NULL CHECK (seconds > 0),
	max_phases integer NOT NULL CHECK (max_phases >= 0),
	max_gap integer CHECK (max_gap >= 0),
	threads integer NOT NULL CHECK (threads > 0),
	seed bigint NOT NULL CHECK (seed >= 0),
	daemon uuid NOT NULL,
	seen timestamptz NOT NULL DEFAULT clock_timestamp(),
	stop boolean NOT NULL DEFAULT false,
	cursor text NOT NULL DEFAULT '',
	queued timestamptz NOT NULL DEFAULT clock_timestamp(),
	begun timestamptz,
	ended timestamptz,
	cost bigint,
	bound bigint,
	phases integer NOT NULL DEFAULT 0,
	took_ms bigint NOT NULL DEFAULT 0,
	pause_us bigint NOT NULL DEFAULT 0,
	written_us bigint NOT NULL DEFAULT 0,
	written bigint NOT NULL DEFAULT 0,
	lines integer NOT NULL DEFAULT 0,
	kept integer NOT NULL DEFAULT 0,
	moved integer NOT NULL DEFAULT 0,
	checked text NOT NULL DEFAULT '' CHECK (checked IN ('', 'yes', 'no')),
	proof_instance bigint NOT NULL DEFAULT 0,
	proof_plan bigint NOT NULL DEFAULT 0,
	notes text NOT NULL DEFAULT '' CHECK (length(notes) <= 65536),
	error text NOT NULL DEFAULT '' CHECK (length(error) <= 1000),
	CHECK ("to" >= "from")
);
CREATE INDEX plan_queued ON rota.plan (queued, id);
CREATE INDEX plan_open ON rota.plan (seen) WHERE state IN ('queued', 'running');
COMMENT ON TABLE rota.plan IS 'a job of the planner and the proposal that it made';
COMMENT ON COLUMN rota.plan.id IS 'name of it for ever';
COMMENT ON COLUMN rota.plan.account IS 'who asked for it; null: the operator';
COMMENT ON COLUMN rota.plan.state IS 'queued, running; done: there is a proposal; failed: there is none, see error; cancelled: ended by request, with what it had by then; adopted: lines of it were adopted, and none is left to adopt';
COMMENT ON COLUMN rota.plan.variant IS 'fill: what is planned stays where it is; free: what is not frozen may move or go; repair: what an absence or a closure asks for';
COMMENT ON COLUMN rota.plan."from" IS 'first service day';
COMMENT ON COLUMN rota.plan."to" IS 'last service day';
COMMENT ON COLUMN rota.plan.scope IS 'territories, sites and programmes, as rota.account has them but by id; empty: everything';
COMMENT ON COLUMN rota.plan.weights IS 'soft terms that count otherwise in it, term:value with a comma between';
COMMENT ON COLUMN rota.plan.seconds IS 'time that the planner was given';
COMMENT ON COLUMN rota.plan.max_phases IS 'phases that it was given; 0: no limit';
COMMENT ON COLUMN rota.plan.max_gap IS 'thousandths of a per cent at which it may stop, or null: none';
COMMENT ON COLUMN rota.plan.threads IS 'threads that it was given';
COMMENT ON COLUMN rota.plan.seed IS 'where its random numbers begin';
COMMENT ON COLUMN rota.plan.daemon IS 'run of a daemon that has the job';
COMMENT ON COLUMN rota.plan.seen IS 'when that daemon last said that it has it';
COMMENT ON COLUMN rota.plan.stop IS 'somebody asked for its end';
COMMENT ON COLUMN rota.plan.cursor IS 'what of the feed the instance showed; empty: not begun';
COMMENT ON COLUMN rota.plan.queued IS 'when it was asked for';
COMMENT ON COLUMN rota.plan.begun IS 'when the daemon was copied to write the instance, or null';
COMMENT ON COLUMN rota.plan.ended IS 'when it ended, or null';
COMMENT ON COLUMN rota.plan.cost IS 'points of the best plan so far, which may be below 0, or null: none';
COMMENT ON COLUMN rota.plan.bound IS 'points below which no plan can be, or null: not known';
COMMENT ON COLUMN rota.plan.phases IS 'phases so far';
COMMENT ON COLUMN rota.plan.took_ms IS 'milliseconds since it was begun';
COMMENT ON COLUMN rota.plan.pause_us IS 'microseconds for which the daemon stood still to be copied';
COMMENT ON COLUMN rota.plan.written_us IS 'microseconds in which the copy wrote the instance';
COMMENT ON COLUMN rota.plan.written IS 'bytes of the instance';
COMMENT ON COLUMN rota.plan.lines IS 'lines of the proposal as it came';
COMMENT ON COLUMN rota.plan.kept IS 'half-days of the plan that were there already and stay';
COMMENT ON COLUMN rota.plan.moved IS 'lines of the proposal as it came that stand in place of a half-day that another line takes away';
COMMENT ON COLUMN rota.plan.checked IS 'what a second reckoning said of cost, bound and lines; empty: there was none';
COMMENT ON COLUMN rota.plan.proof_instance IS 'bytes of the instance that are kept in rota.plan_proof; 0: none';
COMMENT ON COLUMN rota.plan.proof_plan IS 'bytes of the plan that are kept there; 0: none';
COMMENT ON COLUMN rota.plan.notes IS 'lines of the plan about the whole of it: its cost term by term';
COMMENT ON COLUMN rota.plan.error IS 'why it failed: a code, then words for people';

CREATE TABLE rota.plan_line (
	plan uuid NOT NULL REFERENCES rota.plan ON DELETE CASCADE,
	number integer NOT NULL CHECK (number > 0),
	action text NOT NULL CHECK (action IN ('put', 'cancel')),
	by_hand boolean NOT NULL DEFAULT false,
	slot uuid NOT NULL,
	physician uuid NOT NULL,
	site uuid NOT NULL,
	day date NOT NULL,
	part rota.part NOT NULL,
	activity rota.activity NOT NULL,
	programme text NOT NULL DEFAULT '' CHECK (length(programme) <= 64),
	unscheduled smallint NOT NULL DEFAULT 0,
	remote smallint NOT NULL DEFAULT 0,
	agreed text CHECK (agreed IN ('phone', 'mail', 'written', 'oral')),
	state text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'adopted', 'dropped', 'refused')),
	status text NOT NULL DEFAULT '' CHECK (length(status) <= 32),
	words_en text NOT NULL DEFAULT '' CHECK (length(words_en) <= 2000),
	words_fr text NOT NULL DEFAULT '' CHECK (length(words_fr) <= 2000),
	PRIMARY KEY (plan, number)
);
CREATE INDEX plan_line_site ON rota.plan_line (plan, site, day);
CREATE INDEX plan_line_physician ON rota.plan_line (plan, physician, day);
-- What each line stands in the place of is looked for among these.
CREATE INDEX plan_line_cancel ON rota.plan_line (plan, day, part) WHERE action = 'cancel';
COMMENT ON TABLE rota.plan_line IS 'one half-day of a proposal';
COMMENT ON COLUMN rota.plan_line.plan IS 'which proposal';
COMMENT ON COLUMN rota.plan_line.number IS 'from 1, in the order in which they came';
COMMENT ON COLUMN rota.plan_line.action IS 'put: a half-day to be made; cancel: one of the plan to be taken away';
COMMENT ON COLUMN rota.plan_line.by_hand IS 'a person put or dropped it';
COMMENT ON COLUMN rota.plan_line.slot IS 'id of the half-day, once it is made, or that is to be cancelled';
COMMENT ON COLUMN rota.plan_line.physician IS 'who';
COMMENT ON COLUMN rota.plan_line.site IS 'where';
COMMENT ON COLUMN rota.plan_line.day IS 'service day';
COMMENT ON COLUMN rota.plan_line.part IS 'part of the day';
COMMENT ON COLUMN rota.plan_line.activity IS 'kind of care or work';
COMMENT ON COLUMN rota.plan_line.programme IS 'on whose behalf, or empty';
COMMENT ON COLUMN rota.plan_line.unscheduled IS 'minutes of unscheduled care beside the activity';
COMMENT ON COLUMN rota.plan_line.remote IS 'minutes of care from elsewhere beside the activity';
COMMENT ON COLUMN rota.plan_line.agreed IS 'how the physician agreed to one by hand that was not offered, or null';
COMMENT ON COLUMN rota.plan_line.state IS 'proposed; adopted: it is done; dropped by hand; refused when it was to be adopted';
COMMENT ON COLUMN rota.plan_line.status IS 'of one refused: the code of the rule or status';
COMMENT ON COLUMN rota.plan_line.words_en IS 'of one refused: why, in English';
COMMENT ON COLUMN rota.plan_line.words_fr IS 'of one refused: why, in French';

CREATE TABLE rota.plan_site (
	plan uuid NOT NULL REFERENCES rota.plan ON DELETE CASCADE,
	sector boolean NOT NULL,
	site uuid NOT NULL,
	zone text NOT NULL CHECK (length(zone) <= 64),
	need integer NOT NULL CHECK (need >= 0),
	filled integer NOT NULL CHECK (filled >= 0),
	planned integer NOT NULL CHECK (planned >= 0),
	PRIMARY KEY (plan, sector, site)
);
COMMENT ON TABLE rota.plan_site IS 'what a proposal does for a site or a sector, reckoned when it came';
COMMENT ON COLUMN rota.plan_site.plan IS 'which proposal';
COMMENT ON COLUMN rota.plan_site.sector IS 'it is a sector, whose own needs these are';
COMMENT ON COLUMN rota.plan_site.site IS 'which site, or which territory';
COMMENT ON COLUMN rota.plan_site.zone IS 'class of its zone; of a sector, that of all its sites; or empty';
COMMENT ON COLUMN rota.plan_site.need IS 'half-days that its needs ask for in the period';
COMMENT ON COLUMN rota.plan_site.filled IS 'of these, those that were filled';
COMMENT ON COLUMN rota.plan_site.planned IS 'of these, those that are filled once all is adopted';

CREATE TABLE rota.plan_reason (
	plan uuid NOT NULL REFERENCES rota.plan ON DELETE CASCADE,
	number integer NOT NULL CHECK (number > 0),
	kind text NOT NULL CHECK (kind IN ('open', 'runner', 'advice')),
	site uuid,
	day date,
	part rota.part,
	text text NOT NULL CHECK (length(text) <= 4096),
	PRIMARY KEY (plan, number),
	CHECK (kind = 'advice' OR num_nulls(site, day, part) = 0)
);
CREATE INDEX plan_reason_site ON rota.plan_reason (plan, site, day);
COMMENT ON TABLE rota.plan_reason IS 'why a proposal is as it is';
COMMENT ON COLUMN rota.plan_reason.plan IS 'which proposal';
COMMENT ON COLUMN rota.plan_reason.number IS 'from 1, in the order in which they came';
COMMENT ON COLUMN rota.plan_reason.kind IS 'open: half-days that stay open; runner: who else could have one; advice: where more would help';
COMMENT ON COLUMN rota.plan_reason.site IS 'where; null in advice';
COMMENT ON COLUMN rota.plan_reason.day IS 'service day, or null';
COMMENT ON COLUMN rota.plan_reason.part IS 'part of the day, or null';
COMMENT ON COLUMN rota.plan_reason.text IS 'the line of the planner';

CREATE TABLE rota.plan_proof (
	plan uuid NOT NULL REFERENCES rota.plan ON DELETE CASCADE,
	file text NOT NULL CHECK (file IN ('instance', 'plan')),
	at bigint NOT NULL CHECK (at >= 0),
	piece text NOT NULL CHECK (octet_length(piece) BETWEEN 1 AND 262144),
	PRIMARY KEY (plan, file, at)
);
COMMENT ON TABLE rota.plan_proof IS 'what proves the bound of a proposal again, in pieces';
COMMENT ON COLUMN rota.plan_proof.plan IS 'which proposal';
COMMENT ON COLUMN rota.plan_proof.file IS 'instance: what the planner was given; plan: what it wrote, with its prices, up to its explanations';
COMMENT ON COLUMN rota.plan_proof.at IS 'how many bytes of the file are before';
COMMENT ON COLUMN rota.plan_proof.piece IS 'what stands there, of whole characters';

-- A key for a request about proposals: code 0 and it is kept from now on, or 2
-- and 3 as rota.key_answer() has them.  Of two requests at once one waits for
-- what the other is answered.
CREATE FUNCTION rota.plan_key(p_by uuid, p_key uuid, p_request bytea, p_answer text,
	OUT code integer, OUT answer text)
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	SELECT k.code, k.answer INTO code, answer
		FROM rota.key_answer(p_by, p_key, p_request) k;
	IF code = 0 AND p_key IS NOT NULL THEN
		INSERT INTO rota.key (key, account, request, answer)
			VALUES (p_key, p_by, p_request, p_answer)
			ON CONFLICT DO NOTHING;
		IF NOT FOUND THEN
			SELECT k.code, k.answer INTO code, answer
				FROM rota.key_answer(p_by, p_key, p_request) k;
		END IF;
	END IF;
END
$$;
COMMENT ON FUNCTION rota.plan_key IS 'what was answered under a key, which is kept if it is new';

-- Jobs of daemons that have not been heard of for so long are over.  Who could
-- not be heard because the database was away has three times as long.
CREATE FUNCTION rota.plan_lapse(p_lapse_ms bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
	UPDATE rota.plan SET state = 'failed', ended = clock_timestamp(),
		error = 'lost the daemon that had it is gone'
	WHERE state IN ('queued', 'running')
		AND seen < clock_timestamp() - p_lapse_ms * interval '1 millisecond'
		AND pg_catalog.pg_postmaster_start_time()
			< clock_timestamp() - 3 * p_lapse_ms * interval '1 millisecond'
$$;
COMMENT ON FUNCTION rota.plan_lapse IS 'marks the jobs of daemons that are gone as failed';

-- A new job.  One that is there already (of whose id is made from a key) is as
-- one whose key was used.
CREATE FUNCTION rota.plan_start(p_plan uuid, p_by uuid, p_key uuid, p_request bytea,
	p_answer text, p_daemon uuid, p_variant text, p_from date, p_to date,
	p_scope text, p_weights text, p_limits integer[], p_seed bigint,
	OUT code integer, OUT answer text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	SELECT k.code, k.answer INTO code, answer
		FROM rota.plan_key(p_by, p_key, p_request, p_answer) k;
	IF code <> 0 THEN
		RETURN;
	END IF;
	INSERT INTO rota.plan (id, account, state, variant, "from", "to", scope,
		weights, seconds, max_phases, max_gap, threads, seed, daemon)
	VALUES (p_plan, p_by, 'queued', p_variant, p_from, p_to, p_scope,
		p_weights, p_limits[1], p_limits[2], nullif(p_limits[3], -1), p_limits[4],
		p_seed, p_daemon)
	ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		code := 2;
		answer := p_answer;
	END IF;
END
$$;
COMMENT ON FUNCTION rota.plan_start IS 'queues a job of the planner';

-- The newest p_kept stay, and what is not over.  One goes at a time, since one
-- may be large; false: there was none.
CREATE FUNCTION rota.plan_forget(p_kept integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	DELETE FROM rota.plan WHERE id = (
		SELECT o.id FROM (
			SELECT p.id, p.state FROM rota.plan p
			ORDER BY p.queued DESC, p.id DESC OFFSET p_kept) o
		WHERE o.state NOT IN ('queued', 'running') LIMIT 1);
	RETURN FOUND;
END
$$;
COMMENT ON FUNCTION rota.plan_forget IS 'forgets an old proposal';

-- Lines of a proposal, from this number on.
CREATE FUNCTION rota.plan_add(p_plan uuid, p_first integer, p_by_hand boolean,
	p_lines jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO rota.plan_line (plan, number, action, by_hand, slot, physician,
		site, day, part, activity, programme, unscheduled, remote, agreed)
	SELECT p_plan, p_first - 1 + t.n::integer, t.line->>'action', p_by_hand,
		(t.line->>'slot')::uuid, (t.line->>'physician')::uuid,
		(t.line->>'site')::uuid, (t.line->>'day')::date,
		(t.line->>'part')::rota.part, (t.line->>'activity')::rota.activity,
		t.line->>'programme', (t.line->>'unscheduled')::smallint,
		(t.line->>'remote')::smallint, nullif(t.line->>'agreed', '')
	FROM jsonb_array_elements(p_lines) WITH ORDINALITY t (line, n)
$$;
COMMENT ON FUNCTION rota.plan_add IS 'lines of a proposal that is there already';

-- A proposal that is there already, whole: what a planner answers that stays.
-- Figures: cost, bound, milliseconds, threads, seed, and half-days that stay.
CREATE FUNCTION rota.plan_keep(p_plan uuid, p_by uuid, p_key uuid, p_request bytea,
	p_answer text, p_daemon uuid, p_variant text, p_from date, p_to date,
	p_scope text, p_weights text, p_cursor text, p_notes text, p_figures bigint[],
	p_lines jsonb, OUT code integer, OUT answer text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	SELECT s.code, s.answer INTO code, answer
		FROM rota.plan_start(p_plan, p_by, p_key, p_request, p_answer, p_daemon,
			p_variant, p_from, p_to, p_scope, p_weights,
			ARRAY[1, 0, -1, greatest(p_figures[4], 1)::integer], p_figures[5]) s;
	IF code <> 0 THEN
		RETURN;
	END IF;
	PERFORM rota.plan_add(p_plan, 1, false, p_lines);
	UPDATE rota.plan SET state = 'done', begun = queued, ended = clock_timestamp(),
		cursor = p_cursor, cost = rota.plan_points(p_figures[1]),
		bound = rota.plan_points(p_figures[2]), took_ms = p_figures[3],
		lines = jsonb_array_length(p_lines), kept = p_figures[6],
		moved = rota.plan_moved(p_plan), notes = p_notes
	WHERE id = p_plan;
END
$$;
COMMENT ON FUNCTION rota.plan_keep IS 'keeps a proposal that is there already as one that is done';

-- It begins, unless it is no longer queued.
CREATE FUNCTION rota.plan_begin(p_plan uuid, p_daemon uuid, p_cursor text,
	p_pause_us bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	UPDATE rota.plan SET state = 'running', begun = clock_timestamp(),
		seen = clock_timestamp(), cursor = p_cursor, pause_us = p_pause_us
	WHERE id = p_plan AND daemon = p_daemon AND state = 'queued' AND NOT stop;
	RETURN FOUND;
END
$$;
COMMENT ON FUNCTION rota.plan_begin IS 'a job runs from now on';

-- Points that there are not yet: the least number stands for them in requests.
CREATE FUNCTION rota.plan_points(p_points bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
	SELECT nullif(p_points, -9223372036854775808)
$$;
COMMENT ON FUNCTION rota.plan_points IS 'points as they are kept: null for none';

-- A daemon has these jobs, which have come so far; it also asks how the jobs
-- p_watched are doing.
CREATE FUNCTION rota.plan_tick(p_daemon uuid, p_lapse_ms bigint, p_ids uuid[],
	p_cost bigint[], p_bound bigint[], p_phases integer[], p_took_ms bigint[],
	p_watched uuid[])
RETURNS TABLE (id uuid, state text, stop boolean, cost bigint, bound bigint,
	phases integer, took_ms bigint, lines integer, error text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	UPDATE rota.plan p SET seen = clock_timestamp(),
		cost = rota.plan_points(t.cost),
		bound = rota.plan_points(t.bound), phases = t.phases, took_ms = t.took_ms
	FROM unnest(p_ids, p_cost, p_bound, p_phases, p_took_ms)
		t (id, cost, bound, phases, took_ms)
	WHERE p.id = t.id AND p.daemon = p_daemon
		AND p.state IN ('queued', 'running');
	PERFORM rota.plan_lapse(p_lapse_ms);
	RETURN QUERY SELECT p.id, p.state, p.stop, p.cost, p.bound, p.phases,
		p.took_ms, p.lines, p.error
	FROM rota.plan p WHERE p.id = ANY (p_ids || p_watched);
END
$$;
COMMENT ON FUNCTION rota.plan_tick IS 'says that jobs are still had, and asks about jobs';

-- Some lines of a proposal that is coming: of one still queued, if nobody could
-- be told that it was begun.
CREATE FUNCTION rota.plan_put_lines(p_plan uuid, p_daemon uuid, p_first integer,
	p_action text[], p_slot uuid[], p_physician uuid[], p_site uuid[], p_day date[],
	p_part text[], p_activity text[], p_programme text[], p_unscheduled integer[],
	p_remote integer[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
	INSERT INTO rota.plan_line (plan, number, action, slot, physician, site, day,
		part, activity, programme, unscheduled, remote)
	SELECT p_plan, p_first - 1 + t.n::integer, t.action, t.slot, t.physician,
		t.site, t.day, t.part::rota.part, t.activity::rota.activity,
		t.programme, t.unscheduled, t.remote
	FROM unnest(p_action, p_slot, p_physician, p_site, p_day, p_part, p_activity,
		p_programme, p_unscheduled, p_remote) WITH ORDINALITY
		t (action, slot, physician, site, day, part, activity, programme,
			unscheduled, remote, n)
	WHERE EXISTS (SELECT FROM rota.plan p WHERE p.id = p_plan
		AND p.daemon = p_daemon AND p.state IN ('queued', 'running', 'failed'))
	ON CONFLICT DO NOTHING
$$;
COMMENT ON FUNCTION rota.plan_put_lines IS 'lines of a proposal that is coming; they count from its end on';

-- Sectors are marked by 1.
CREATE FUNCTION rota.plan_put_sites(p_plan uuid, p_daemon uuid, p_sector integer[],
	p_site uuid[], p_zone text[], p_need integer[], p_filled integer[],
	p_planned integer[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
	INSERT INTO rota.plan_site (plan, sector, site, zone, need, filled, planned)
	SELECT p_plan, t.sector = 1, t.site, t.zone, t.need, t.filled, t.planned
	FROM unnest(p_sector, p_site, p_zone, p_need, p_filled, p_planned)
		t (sector, site, zone, need, filled, planned)
	WHERE EXISTS (SELECT FROM rota.plan p WHERE p.id = p_plan
		AND p.daemon = p_daemon AND p.state IN ('queued', 'running', 'failed'))
	ON CONFLICT DO NOTHING
$$;
COMMENT ON FUNCTION rota.plan_put_sites IS 'what a proposal that is coming does for sites';

-- What advice has for site, day and part is left out.
CREATE FUNCTION rota.plan_put_reasons(p_plan uuid, p_daemon uuid, p_first integer,
	p_kind text[], p_site uuid[], p_day date[], p_part text[], p_text text[])
	RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
	INSERT INTO rota.plan_reason (plan, number, kind, site, day, part, text)
	SELECT p_plan, p_first - 1 + t.n::integer, t.kind,
		CASE WHEN t.kind <> 'advice' THEN t.site END,
		CASE WHEN t.kind <> 'advice' THEN t.day END,
		CASE WHEN t.kind <> 'advice' THEN t.part::rota.part END, t.text
	FROM unnest(p_kind, p_site, p_day, p_part, p_text) WITH ORDINALITY
		t (kind, site, day, part, text, n)
	WHERE EXISTS (SELECT FROM rota.plan p WHERE p.id = p_plan
		AND p.daemon = p_daemon AND p.state IN ('queued', 'running', 'failed'))
	ON CONFLICT DO NOTHING
$$;
COMMENT ON FUNCTION rota.plan_put_reasons IS 'why a proposal that is coming is as it is';

-- A piece of what proves a proposal that is coming.
CREATE FUNCTION rota.plan_put_proof(p_plan uuid, p_daemon uuid, p_file text,
	p_at bigint, p_piece text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
	INSERT INTO rota.plan_proof (plan, file, at, piece)
	SELECT p_plan, p_file, p_at, p_piece
	WHERE EXISTS (SELECT FROM rota.plan p WHERE p.id = p_plan
		AND p.daemon = p_daemon AND p.state IN ('queued', 'running', 'failed'))
	ON CONFLICT DO NOTHING
$$;
COMMENT ON FUNCTION rota.plan_put_proof IS 'a piece of the instance or of the plan of a proposal that is coming';

-- Lines that put a half-day in place of one that another line takes away: of the
-- same physician, or of the same site and activity, at that time.
CREATE FUNCTION rota.plan_moved(p_plan uuid) RETURNS integer
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT count(*)::integer FROM (
		SELECT l.number FROM rota.plan_line c JOIN rota.plan_line l
			ON l.plan = c.plan AND l.physician = c.physician
			AND l.day = c.day AND l.part = c.part
		WHERE c.plan = p_plan AND c.action = 'cancel' AND l.action = 'put'
		UNION
		SELECT l.number FROM rota.plan_line c JOIN rota.plan_line l
			ON l.plan = c.plan AND l.site = c.site AND l.day = c.day
			AND l.part = c.part AND l.activity = c.activity
		WHERE c.plan = p_plan AND c.action = 'cancel' AND l.action = 'put'
	) m
$$;
COMMENT ON FUNCTION rota.plan_moved IS 'how many lines of a proposal move something';

-- The end of a job, and with it, all at once, the proposal.  A daemon that was
-- taken for dead is right about its own job.  False: the job was forgotten.
CREATE FUNCTION rota.plan_end(p_plan uuid, p_daemon uuid, p_state text, p_error text,
	p_cost bigint, p_bound bigint, p_phases integer, p_took_ms bigint,
	p_written_us bigint, p_written bigint, p_lines integer, p_kept integer,
	p_checked text, p_proof bigint[], p_notes text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	v_whole boolean := p_state IN ('done', 'cancelled') AND p_lines = (
		SELECT count(*) FROM rota.plan_line l WHERE l.plan = p_plan);
	-- One without the other proves nothing.
	v_proven boolean := v_whole AND p_proof = (
		SELECT ARRAY[coalesce(sum(octet_length(f.piece))
				FILTER (WHERE f.file = 'instance'), 0),
			coalesce(sum(octet_length(f.piece))
				FILTER (WHERE f.file = 'plan'), 0)]
		FROM rota.plan_proof f WHERE f.plan = p_plan);
BEGIN
	UPDATE rota.plan SET
		state = CASE WHEN v_whole OR p_state = 'failed' THEN p_state
			ELSE 'failed' END,
		error = CASE WHEN v_whole OR p_state = 'failed' THEN p_error
			ELSE 'lost lines of it did not arrive' END,
		ended = clock_timestamp(), seen = clock_timestamp(),
		stop = p_state = 'cancelled', cost = rota.plan_points(p_cost),
		bound = rota.plan_points(p_bound), phases = p_phases, took_ms = p_took_ms,
		written_us = p_written_us, written = p_written,
		lines = CASE WHEN v_whole THEN p_lines ELSE 0 END, kept = p_kept,
		moved = CASE WHEN v_whole THEN rota.plan_moved(p_plan) ELSE 0 END,
		checked = p_checked, notes = p_notes,
		proof_instance = CASE WHEN v_proven THEN p_proof[1] ELSE 0 END,
		proof_plan = CASE WHEN v_proven THEN p_proof[2] ELSE 0 END
	WHERE id = p_plan AND daemon = p_daemon
		AND state IN ('queued', 'running', 'failed');
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	IF NOT v_whole THEN
		DELETE FROM rota.plan_line WHERE plan = p_plan;
		DELETE FROM rota.plan_site WHERE plan = p_plan;
		DELETE FROM rota.plan_reason WHERE plan = p_plan;
	END IF;
	IF NOT v_proven THEN
		DELETE FROM rota.plan_proof WHERE plan = p_plan;
	END IF;
	RETURN true;
END
$$;
COMMENT ON FUNCTION rota.plan_end IS 'a job is over: failed, or with its proposal whole';

-- Somebody asks for the end of a job: its state, after that.
CREATE FUNCTION rota.plan_stop(p_plan uuid, p_lapse_ms bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	v_state text;
BEGIN
	PERFORM rota.plan_lapse(p_lapse_ms);
	UPDATE rota.plan SET stop = true
		WHERE id = p_plan AND state IN ('queued', 'running');
	UPDATE rota.plan SET state = 'cancelled', ended = clock_timestamp()
		WHERE id = p_plan AND state = 'queued';
	SELECT p.state INTO v_state FROM rota.plan p WHERE p.id = p_plan;
	RETURN v_state;
END
$$;
COMMENT ON FUNCTION rota.plan_stop IS 'asks for the end of a job; one that has not begun is cancelled at once';

-- Its lines have changed: adopted when some were and none is left, else as it
-- ended.
CREATE FUNCTION rota.plan_restate(p_plan uuid) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	UPDATE rota.plan p SET state = CASE
		WHEN EXISTS (SELECT FROM rota.plan_line l
				WHERE l.plan = p_plan AND l.state = 'adopted')
			AND NOT EXISTS (SELECT FROM rota.plan_line l
				WHERE l.plan = p_plan AND l.state = 'proposed')
			THEN 'adopted'
		WHEN p.stop THEN 'cancelled' ELSE 'done' END
	WHERE p.id = p_plan AND p.state IN ('done', 'cancelled', 'adopted')
$$;
COMMENT ON FUNCTION rota.plan_restate IS 'the state of a proposal, by that of its lines';

-- One line by hand: a new one (p_number 0), or another state of one that there
-- is.  Its number, 0 when it is not there or was adopted meanwhile.
CREATE FUNCTION rota.plan_edit(p_by uuid, p_key uuid, p_request bytea, p_answer text,
	p_plan uuid, p_number integer, p_state text, p_lines jsonb,
	OUT code integer, OUT answer text, OUT number integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	number := 0;
	-- Locked before the key is looked for: the same request on another
	-- connection may be at it.
	PERFORM FROM rota.plan p WHERE p.id = p_plan FOR UPDATE;
	SELECT k.code, k.answer INTO code, answer
		FROM rota.key_answer(p_by, p_key, p_request) k;
	IF code <> 0 THEN
		RETURN;
	END IF;
	PERFORM FROM rota.plan p WHERE p.id = p_plan
		AND p.state IN ('done', 'cancelled', 'adopted');
	IF NOT FOUND THEN
		RETURN;
	END IF;
	IF p_number > 0 THEN
		UPDATE rota.plan_line l SET state = p_state, by_hand = true,
			status = '', words_en = '', words_fr = ''
		WHERE l.plan = p_plan AND l.number = p_number AND l.state <> 'adopted';
		IF NOT FOUND THEN
			RETURN;
		END IF;
		number := p_number;
	ELSE
		SELECT coalesce(max(l.number), 0) + 1 INTO number
			FROM rota.plan_line l WHERE l.plan = p_plan;
		PERFORM rota.plan_add(p_plan, number, true, p_lines);
	END IF;
	answer := p_answer || ' number=' || number;
	PERFORM rota.plan_key(p_by, p_key, p_request, answer);
	PERFORM rota.plan_restate(p_plan);
END
$$;
COMMENT ON FUNCTION rota.plan_edit IS 'puts or drops a line of a proposal by hand';

-- What became of lines that were to be adopted.
CREATE FUNCTION rota.plan_settle(p_plan uuid, p_number integer[], p_state text[],
	p_status text[], p_words_en text[], p_words_fr text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	UPDATE rota.plan_line l SET state = t.state, status = t.status,
		words_en = t.words_en, words_fr = t.words_fr
	FROM unnest(p_number, p_state, p_status, p_words_en, p_words_fr)
		t (number, state, status, words_en, words_fr)
	WHERE l.plan = p_plan AND l.number = t.number AND l.state <> 'adopted';
	PERFORM rota.plan_restate(p_plan);
END
$$;
COMMENT ON FUNCTION rota.plan_settle IS 'says of lines of a proposal that they were adopted, or refused and why';

CREATE FUNCTION rota.plan_answered(p_by uuid, p_key uuid, p_request bytea,
	p_answer text, OUT code integer, OUT answer text)
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
	SELECT k.code, k.answer FROM rota.plan_key(p_by, p_key, p_request, p_answer) k
$$;
COMMENT ON FUNCTION rota.plan_answered IS 'keeps the answer to an adoption under its key';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rota FROM PUBLIC;
GRANT SELECT ON rota.plan, rota.plan_line, rota.plan_site, rota.plan_reason,
	rota.plan_proof TO rota_daemon;
GRANT EXECUTE ON FUNCTION rota.plan_start, rota.plan_forget, rota.plan_keep,
	rota.plan_begin,
	rota.plan_tick, rota.plan_lapse, rota.plan_put_lines, rota.plan_put_sites,
	rota.plan_put_reasons, rota.plan_put_proof, rota.plan_end, rota.plan_stop,
	rota.plan_edit, rota.plan_settle, rota.plan_answered
	TO rota_daemon;
