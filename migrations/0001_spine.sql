-- 0001_spine.sql: directory, assignments, guards, the change feed and the one
-- function through which all of it is written.
--
-- Applied once, in number order, by rota-migrate, inside one transaction.
-- Never edited after a release and never undone: the way back is a new
-- migration.  Locks: only new objects.  Old daemon: there is none.
--
-- Shapes that everything relies on:
--   * an entity is a row (id, rev, ...); every write of it adds one to rev and
--     one row to rota.change with the same rev, in the same transaction;
--   * nothing is deleted: entities are retired, assignments cancelled;
--   * the daemon's role reads tables and calls functions, and owns nothing.

INSERT INTO rota.migration (number, name, oldest_daemon) VALUES (1, 'spine', 1);

-- Plain-language columns: words are text with a CHECK, so that psql shows what
-- a coordinator would say.

CREATE TABLE rota.territory (
	id     uuid   PRIMARY KEY,
	rev    bigint NOT NULL CHECK (rev > 0),
	code   text   NOT NULL UNIQUE CHECK (code <> '' AND length(code) <= 64),
	kind   text   NOT NULL CHECK (kind IN ('cpts', 'pdsa', 'sector', 'departement', 'region', 'epci')),
	name   text   NOT NULL CHECK (length(name) <= 200),
	state  text   NOT NULL CHECK (state IN ('active', 'retired')),
	source text   NOT NULL CHECK (source IN ('real', 'generated'))
);
COMMENT ON TABLE rota.territory IS 'an area that somebody coordinates';
COMMENT ON COLUMN rota.territory.id IS 'name of the territory for ever';
COMMENT ON COLUMN rota.territory.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.territory.code IS 'what people call it in requests, e.g. CPTS-SUD-CHARENTE';
COMMENT ON COLUMN rota.territory.kind IS 'what sort of area it is';
COMMENT ON COLUMN rota.territory.name IS 'name for people';
COMMENT ON COLUMN rota.territory.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.territory.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.structure (
	id     uuid   PRIMARY KEY,
	rev    bigint NOT NULL CHECK (rev > 0),
	code   text   NOT NULL UNIQUE CHECK (code <> '' AND length(code) <= 64),
	kind   text   NOT NULL CHECK (kind IN ('MSP', 'CDS', 'ESP', 'CABINET', 'HOPITAL', 'EHPAD', 'MMG', 'CSNP', 'OTHER')),
	name   text   NOT NULL CHECK (length(name) <= 200),
	state  text   NOT NULL CHECK (state IN ('active', 'retired')),
	source text   NOT NULL CHECK (source IN ('real', 'generated'))
);
COMMENT ON TABLE rota.structure IS 'the legal holder of one or several sites';
COMMENT ON COLUMN rota.structure.id IS 'name of the structure for ever';
COMMENT ON COLUMN rota.structure.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.structure.code IS 'FINESS number of the legal entity, or an own code';
COMMENT ON COLUMN rota.structure.kind IS 'multi-professional house, health centre, hospital, ...';
COMMENT ON COLUMN rota.structure.name IS 'name for people';
COMMENT ON COLUMN rota.structure.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.structure.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.site (
	id          uuid    PRIMARY KEY,
	rev         bigint  NOT NULL CHECK (rev > 0),
	finess      text    CONSTRAINT site_finess_free UNIQUE DEFERRABLE INITIALLY IMMEDIATE
		CHECK (finess ~ '^[0-9][0-9AB][0-9]{7}$'),
	name        text    NOT NULL CHECK (length(name) <= 200),
	structure   uuid    REFERENCES rota.structure,
	territory   uuid    REFERENCES rota.territory,
	commune     text    NOT NULL CHECK (commune ~ '^([0-9][0-9AB][0-9]{3})?$'),
	departement text    NOT NULL CHECK (departement ~ '^([0-9][0-9AB][0-9]?)?$'),
	lat         integer NOT NULL CHECK (lat BETWEEN -9000000 AND 9000000),
	lon         integer NOT NULL CHECK (lon BETWEEN -18000000 AND 18000000),
	tz          text    NOT NULL CHECK (tz <> ''),
	rooms       integer NOT NULL CHECK (rooms BETWEEN 1 AND 99),
	hours       text    NOT NULL,
	state       text    NOT NULL CHECK (state IN ('active', 'retired')),
	source      text    NOT NULL CHECK (source IN ('real', 'generated'))
);
COMMENT ON TABLE rota.site IS 'a place where physicians see people';
COMMENT ON COLUMN rota.site.id IS 'name of the site for ever';
COMMENT ON COLUMN rota.site.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.site.finess IS 'national number of the establishment, if it has one';
COMMENT ON COLUMN rota.site.name IS 'name for people';
COMMENT ON COLUMN rota.site.structure IS 'legal holder';
COMMENT ON COLUMN rota.site.territory IS 'territory whose coordinator plans it';
COMMENT ON COLUMN rota.site.commune IS 'INSEE code of the commune, or empty';
COMMENT ON COLUMN rota.site.departement IS 'number of the departement, or empty; never derived from a name';
COMMENT ON COLUMN rota.site.lat IS 'latitude, 1e-5 degrees WGS84; lat and lon both 0: unknown';
COMMENT ON COLUMN rota.site.lon IS 'longitude, 1e-5 degrees WGS84';
COMMENT ON COLUMN rota.site.tz IS 'time zone of its clock, a name of the tz database';
COMMENT ON COLUMN rota.site.rooms IS 'consulting rooms, numbered from 1';
COMMENT ON COLUMN rota.site.hours IS 'opening per weekday and part of the day: "mon-fri M 09:00-12:00 A 14:00-18:00; sat M 09:00-12:00"';
COMMENT ON COLUMN rota.site.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.site.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.physician (
	id        uuid    PRIMARY KEY,
	rev       bigint  NOT NULL CHECK (rev > 0),
	rpps      text    NOT NULL UNIQUE CHECK (rpps ~ '^[0-9]{11}$'),
	family    text    NOT NULL CHECK (length(family) <= 200),
	given     text    NOT NULL CHECK (length(given) <= 200),
	specialty text    NOT NULL CHECK (length(specialty) BETWEEN 1 AND 8),
	home      text    NOT NULL CHECK (home ~ '^([0-9][0-9AB][0-9]{3})?$'),
	lat       integer NOT NULL CHECK (lat BETWEEN -9000000 AND 9000000),
	lon       integer NOT NULL CHECK (lon BETWEEN -18000000 AND 18000000),
	state     text    NOT NULL CHECK (state IN ('active', 'retired')),
	source    text    NOT NULL CHECK (source IN ('real', 'generated'))
);
COMMENT ON TABLE rota.physician IS 'a person with an RPPS number who works half-days';
COMMENT ON COLUMN rota.physician.id IS 'name of the physician for ever';
COMMENT ON COLUMN rota.physician.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.physician.rpps IS 'national number, eleven digits';
COMMENT ON COLUMN rota.physician.family IS 'family name';
COMMENT ON COLUMN rota.physician.given IS 'given name';
COMMENT ON COLUMN rota.physician.specialty IS 'code of the specialty; MG: general practice';
COMMENT ON COLUMN rota.physician.home IS 'INSEE code of the home commune, or empty';
COMMENT ON COLUMN rota.physician.lat IS 'latitude of the home, 1e-5 degrees; lat and lon both 0: unknown';
COMMENT ON COLUMN rota.physician.lon IS 'longitude of the home, 1e-5 degrees';
COMMENT ON COLUMN rota.physician.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.physician.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.zone (
	id      uuid   PRIMARY KEY,
	rev     bigint NOT NULL CHECK (rev > 0),
	commune text   NOT NULL CHECK (commune ~ '^[0-9][0-9AB][0-9]{3}$'),
	kind    text   NOT NULL CHECK (kind IN ('gp', 'qpv', 'red')),
	class   text   NOT NULL CHECK (class IN ('ZIP', 'ZAC', 'ZAR', 'HZ', 'QPV', 'ROUGE')),
	"from"  date   NOT NULL,
	"to"    date   CHECK ("to" >= "from"),
	source  text   NOT NULL CHECK (source IN ('real', 'generated')),
	UNIQUE (commune, kind, "from")
);
COMMENT ON TABLE rota.zone IS 'a dated zoning fact: a commune is of a class';
COMMENT ON COLUMN rota.zone.id IS 'name of the fact for ever';
COMMENT ON COLUMN rota.zone.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.zone.commune IS 'INSEE code';
COMMENT ON COLUMN rota.zone.kind IS 'which zoning: gp (ARS order), qpv, red (solidarity mission)';
COMMENT ON COLUMN rota.zone.class IS 'class within that zoning';
COMMENT ON COLUMN rota.zone."from" IS 'first day';
COMMENT ON COLUMN rota.zone."to" IS 'last day, or null: until a later fact of the same kind';
COMMENT ON COLUMN rota.zone.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.account (
	id        uuid   PRIMARY KEY,
	rev       bigint NOT NULL CHECK (rev > 0),
	name      text   NOT NULL CHECK (length(name) <= 200),
	role      text   NOT NULL CHECK (role IN ('admin', 'coordinator', 'physician', 'desk', 'regulator', 'auditor')),
	physician uuid   REFERENCES rota.physician,
	scope     text   NOT NULL CHECK (length(scope) <= 7600),
	state     text   NOT NULL CHECK (state IN ('invited', 'active', 'revoked')),
	CHECK ((role = 'physician') = (physician IS NOT NULL))
);
COMMENT ON TABLE rota.account IS 'somebody or something that may speak to the daemon';
COMMENT ON COLUMN rota.account.id IS 'name of the account for ever';
COMMENT ON COLUMN rota.account.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.account.name IS 'name for people';
COMMENT ON COLUMN rota.account.role IS 'what it may do';
COMMENT ON COLUMN rota.account.physician IS 'whose account it is, when the role is physician';
COMMENT ON COLUMN rota.account.scope IS 'where it may do it: territory:CODE,site:ID,programme:CODE';
COMMENT ON COLUMN rota.account.state IS 'invited (code not used yet), active or revoked';

CREATE TABLE rota.token (
	id      uuid   PRIMARY KEY,
	rev     bigint NOT NULL CHECK (rev > 0),
	account uuid   NOT NULL REFERENCES rota.account,
	kind    text   NOT NULL CHECK (kind IN ('invite', 'bearer')),
	hash    text   NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
	expires bigint NOT NULL,
	state   text   NOT NULL CHECK (state IN ('live', 'used', 'revoked'))
);
COMMENT ON TABLE rota.token IS 'an invitation code or a bearer token; the secret itself is stored nowhere';
COMMENT ON COLUMN rota.token.id IS 'name of the token for ever';
COMMENT ON COLUMN rota.token.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.token.account IS 'whom it authenticates';
COMMENT ON COLUMN rota.token.kind IS 'invite: good once; bearer: good until it expires';
COMMENT ON COLUMN rota.token.hash IS 'SHA-256 of the secret, hexadecimal';
COMMENT ON COLUMN rota.token.expires IS 'seconds since 1970 after which it is refused';
COMMENT ON COLUMN rota.token.state IS 'live, used (an invitation) or revoked';

-- Enumerations, not CHECKs: this table is written at the full rate of the
-- database, and PostgreSQL parses every CHECK anew for each statement.
CREATE TYPE rota.activity AS ENUM ('MT', 'SNP', 'CA', 'VAD', 'TLC', 'EHPAD',
	'PDSA', 'REGUL', 'HOSP', 'SUPERV', 'COORD', 'PERM');
COMMENT ON TYPE rota.activity IS 'kinds of care or work';
CREATE TYPE rota.state AS ENUM ('draft', 'published', 'held', 'not-held', 'cancelled');
COMMENT ON TYPE rota.state IS 'states of an assignment';
CREATE TYPE rota.part AS ENUM ('M', 'A', 'E', 'S', 'N');
COMMENT ON TYPE rota.part IS 'parts of a service date: morning, afternoon, end of day, evening, night';

CREATE TABLE rota.assignment (
	id         uuid      PRIMARY KEY,
	rev        bigint    NOT NULL,
	physician  uuid      NOT NULL REFERENCES rota.physician,
	site       uuid      NOT NULL REFERENCES rota.site,
	room       smallint  NOT NULL,
	day        date      NOT NULL,
	part       rota.part NOT NULL,
	during     tstzrange NOT NULL,
	half_days  smallint  NOT NULL,
	activity   rota.activity NOT NULL,
	programme  text,
	state      rota.state NOT NULL,
	CONSTRAINT assignment_sane CHECK (rev > 0 AND room BETWEEN 0 AND 99
		AND half_days BETWEEN 1 AND 2 AND upper(during) > lower(during)
		AND length(programme) BETWEEN 1 AND 64),
	-- The second line: the daemon judges first, and in normal running these
	-- never fire.  They are checked at the end of the statement that writes a
	-- whole unit, so a swap passes and an overlap is raised there.
	CONSTRAINT assignment_physician_free
		EXCLUDE USING gist (physician WITH =, during WITH &&)
		WHERE (state NOT IN ('cancelled', 'not-held'))
		DEFERRABLE INITIALLY IMMEDIATE,
	CONSTRAINT assignment_room_free
		EXCLUDE USING gist (site WITH =, room WITH =, during WITH &&)
		WHERE (room > 0 AND state NOT IN ('cancelled', 'not-held'))
		DEFERRABLE INITIALLY IMMEDIATE
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX assignment_day ON rota.assignment (day);
COMMENT ON TABLE rota.assignment IS 'one physician at one site for one half-day, drafts and cancelled ones too';
COMMENT ON COLUMN rota.assignment.id IS 'name of the assignment for ever';
COMMENT ON COLUMN rota.assignment.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.assignment.physician IS 'who works';
COMMENT ON COLUMN rota.assignment.site IS 'where';
COMMENT ON COLUMN rota.assignment.room IS 'room number from 1; 0: care from elsewhere, takes no room';
COMMENT ON COLUMN rota.assignment.day IS 'service date: the civil day on which the half-day, or its evening, starts';
COMMENT ON COLUMN rota.assignment.part IS 'M morning, A afternoon, E end of day, S evening duty, N night (of the next civil day)';
COMMENT ON COLUMN rota.assignment.during IS 'clock interval, from the opening of the site when it was written';
COMMENT ON COLUMN rota.assignment.half_days IS 'half-days that it counts for; a night counts 2';
COMMENT ON COLUMN rota.assignment.activity IS 'kind of care or work';
COMMENT ON COLUMN rota.assignment.programme IS 'reference of the programme that it is done under, or null';
COMMENT ON COLUMN rota.assignment.state IS 'draft, published, held, not-held or cancelled';

CREATE TABLE rota.guard (
	id  uuid   PRIMARY KEY,
	rev bigint NOT NULL,
	day date
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
COMMENT ON TABLE rota.guard IS 'a number per aggregate (a physician, a site and day, ...) that every write which depends on the aggregate raises; see rota.write()';
COMMENT ON COLUMN rota.guard.id IS 'a mix of what the aggregate consists of, computed by the daemon';
COMMENT ON COLUMN rota.guard.rev IS 'how many writes have raised it';
COMMENT ON COLUMN rota.guard.day IS 'last day on which it matters, or null: for ever';

CREATE TABLE rota.epoch (
	epoch             integer     PRIMARY KEY,
	system_identifier bigint      NOT NULL,
	timeline          text        NOT NULL
		DEFAULT left(pg_walfile_name(pg_current_wal_lsn()), 8),
	opened            timestamptz NOT NULL DEFAULT now(),
	why               text        NOT NULL
);
COMMENT ON TABLE rota.epoch IS 'spans of history in which a transaction number means one transaction; see rota.present';
COMMENT ON COLUMN rota.epoch.epoch IS 'number, never used twice; the greatest is the current one';
COMMENT ON COLUMN rota.epoch.system_identifier IS 'of the cluster in which this epoch is written';
COMMENT ON COLUMN rota.epoch.timeline IS 'of the cluster when it began; a promotion opens another';
COMMENT ON COLUMN rota.epoch.opened IS 'when it began';
COMMENT ON COLUMN rota.epoch.why IS 'created, restored, promoted, crashed: something seen before may be missing; recovered: after a crash that lost nothing';

-- A crash makes PostgreSQL use transaction numbers again that it had given to
-- transactions of which nothing reached the disk (rolled back ones, and those
-- with synchronous_commit off), and a promoted standby those of a lost tail.  A
-- cursor that has seen such a number would overlook its second owner for ever.
-- Both empty unlogged tables: whoever finds this one empty opens a new epoch
-- before anything is written in it.
CREATE UNLOGGED TABLE rota.present (
	epoch integer NOT NULL
);
COMMENT ON TABLE rota.present IS 'one row, the current epoch; emptied by crash recovery and by promotion';
COMMENT ON COLUMN rota.present.epoch IS 'as rota.epoch has it';

-- Numbers come from the clock, seconds since 2020, so that two histories which
-- part after a restore do not give the same number to different epochs.
CREATE FUNCTION rota.epoch_number() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	NEW.epoch := greatest(NEW.epoch,
		(SELECT max(e.epoch) + 1 FROM rota.epoch e),
		extract(epoch FROM clock_timestamp())::bigint - 1577836800);
	DELETE FROM rota.present;
	INSERT INTO rota.present (epoch) VALUES (NEW.epoch);
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION rota.epoch_number IS 'numbers a new epoch and makes it the present one';
CREATE TRIGGER epoch_number BEFORE INSERT ON rota.epoch
	FOR EACH ROW EXECUTE FUNCTION rota.epoch_number();

-- "standby", "local" or "none": what a commit in this session survives.
CREATE FUNCTION rota.promise() RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT CASE
		WHEN current_setting('synchronous_commit') = 'off'
			OR current_setting('fsync') = 'off' THEN 'none'
		WHEN current_setting('synchronous_standby_names') <> ''
			AND current_setting('synchronous_commit') <> 'local'
			THEN 'standby'
		ELSE 'local' END
$$;
COMMENT ON FUNCTION rota.promise IS 'what an acknowledged write survives: standby (the loss of this machine), local (a crash) or none';

-- The present epoch, opened first if there is none.
CREATE FUNCTION rota.open_epoch() RETURNS integer
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	v_epoch integer;
	v_timeline text := left(pg_walfile_name(pg_current_wal_lsn()), 8);
	v_system bigint := (SELECT c.system_identifier FROM pg_control_system() c);
	v_last rota.epoch;
BEGIN
	LOCK TABLE rota.epoch IN SHARE ROW EXCLUSIVE MODE;
	SELECT p.epoch INTO v_epoch FROM rota.present p;
	IF FOUND THEN -- somebody else was quicker
		RETURN v_epoch;
	END IF;
	SELECT * INTO STRICT v_last FROM rota.epoch e ORDER BY e.epoch DESC LIMIT 1;
	IF v_last.system_identifier <> v_system THEN
		RAISE EXCEPTION USING ERRCODE = 'RT002',
			MESSAGE = 'restored from a dump: run rota-migrate restored';
	END IF;
	INSERT INTO rota.epoch (epoch, system_identifier, timeline, why)
		VALUES (0, v_system, v_timeline, CASE
			WHEN v_last.timeline <> v_timeline THEN 'promoted'
			WHEN rota.promise() = 'none' THEN 'crashed'
			ELSE 'recovered' END)
		RETURNING epoch INTO v_epoch;
	RETURN v_epoch;
END
$$;
COMMENT ON FUNCTION rota.open_epoch IS 'the present epoch; a new one after a crash or a promotion';

INSERT INTO rota.epoch (epoch, system_identifier, why)
	SELECT 0, system_identifier, 'created' FROM pg_control_system();

CREATE TABLE rota.change (
	seq     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	epoch   integer     NOT NULL,
	xid     xid8        NOT NULL DEFAULT pg_current_xact_id(),
	at      timestamptz NOT NULL DEFAULT clock_timestamp(),
	by      uuid,
	kind    text        NOT NULL,
	entity  uuid        NOT NULL,
	rev     bigint      NOT NULL,
	payload jsonb       NOT NULL,
	guards  uuid[],
	seen    bigint[],
	UNIQUE (entity, rev)
);
CREATE INDEX change_xid ON rota.change (epoch, xid);
CREATE INDEX change_physician ON rota.change ((payload->>'physician')) WHERE kind = 'assignment';
CREATE INDEX change_site ON rota.change ((payload->>'site')) WHERE kind = 'assignment';
CREATE INDEX change_territory ON rota.change ((payload->>'territory')) WHERE kind = 'site';
COMMENT ON TABLE rota.change IS 'one row per entity and write, append-only: feed, history and audit trail in one';
COMMENT ON COLUMN rota.change.seq IS 'drawn while the guards are locked: orders the changes of one entity';
COMMENT ON COLUMN rota.change.epoch IS 'rota.epoch in which xid has its meaning';
COMMENT ON COLUMN rota.change.xid IS 'transaction that wrote it; cursors are snapshots of these';
COMMENT ON COLUMN rota.change.at IS 'when it was written';
COMMENT ON COLUMN rota.change.by IS 'account that asked for it; null: a tool of the owner';
COMMENT ON COLUMN rota.change.kind IS 'table of the entity';
COMMENT ON COLUMN rota.change.entity IS 'id of the entity';
COMMENT ON COLUMN rota.change.rev IS 'revision that this write made';
COMMENT ON COLUMN rota.change.payload IS 'the entity after the write, as its table has it, and the code of the reason, if one was given; never free text';
COMMENT ON COLUMN rota.change.guards IS 'guards that the write raised; on the first row of a write only';
COMMENT ON COLUMN rota.change.seen IS 'number that each of these guards had before';

CREATE TABLE rota.mark (
	mark     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at       timestamptz NOT NULL DEFAULT clock_timestamp(),
	epoch    integer     NOT NULL,
	snapshot pg_snapshot NOT NULL,
	why      text        NOT NULL
);
CREATE INDEX mark_at ON rota.mark (at);
COMMENT ON TABLE rota.mark IS 'moments to which lists can go back';
COMMENT ON COLUMN rota.mark.mark IS 'number, as mark= takes it';
COMMENT ON COLUMN rota.mark.at IS 'when it was set';
COMMENT ON COLUMN rota.mark.epoch IS 'epoch of the snapshot';
COMMENT ON COLUMN rota.mark.snapshot IS 'which transactions had committed';
COMMENT ON COLUMN rota.mark.why IS 'tick (each interval) or publication';

CREATE TABLE rota.key (
	key     uuid        PRIMARY KEY,
	account uuid,
	request bytea       NOT NULL,
	answer  text        NOT NULL,
	at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX key_at ON rota.key (at);
COMMENT ON TABLE rota.key IS 'writes done under a client''s key, so that a retry gets the first answer';
COMMENT ON COLUMN rota.key.key IS 'drawn by the client';
COMMENT ON COLUMN rota.key.account IS 'account that used it';
COMMENT ON COLUMN rota.key.request IS 'SHA-256 of the request';
COMMENT ON COLUMN rota.key.answer IS 'lines answered, without cursor';
COMMENT ON COLUMN rota.key.at IS 'when; forgotten after the key lifetime';

-- ---------------------------------------------------------------------------
-- Writing.  A row comes as a jsonb object with the columns' names, its kind is
-- the name of its table.  put_* answer whether they wrote: false means that the
-- revision was not the expected one.  They are called by rota.write() only and
-- run under its search_path.

-- Any kind whose table has the columns of its payload.  What a payload does not
-- name stays as it is, or has its default in a new row.
CREATE FUNCTION rota.put_entity(p_kind text, p_row jsonb) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	v_names text;
	v_values text;
	v_done bigint;
BEGIN
	SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
			string_agg(format('%1$I = EXCLUDED.%1$I', a.attname), ', ')
		INTO STRICT v_names, v_values
		FROM pg_attribute a
		WHERE a.attrelid = format('rota.%I', p_kind)::regclass
			AND a.attnum > 0 AND NOT a.attisdropped AND p_row ? a.attname;
	EXECUTE format('INSERT INTO rota.%1$I AS t (%2$s)
		SELECT %2$s FROM jsonb_populate_record(NULL::rota.%1$I, $1) r
		WHERE r.rev = 1 OR EXISTS (SELECT FROM rota.%1$I x WHERE x.id = r.id)
		ON CONFLICT (id) DO UPDATE SET %3$s WHERE t.rev = EXCLUDED.rev - 1',
		p_kind, v_names, v_values) USING p_row;
	GET DIAGNOSTICS v_done = ROW_COUNT;
	RETURN v_done > 0;
END
$$;

-- New half-days, all of a call in one statement: they are most of what is ever
-- written.  No ON CONFLICT: a deferrable exclusion constraint does not allow it.
CREATE FUNCTION rota.put_assignments(p_rows jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO rota.assignment (id, rev, physician, site, room, day, part,
		during, half_days, activity, programme, state)
	SELECT (r->>'id')::uuid, 1, (r->>'physician')::uuid, (r->>'site')::uuid,
		(r->>'room')::smallint, (r->>'day')::date, (r->>'part')::rota.part,
		tstzrange(to_timestamp((r->>'from')::bigint),
			to_timestamp((r->>'to')::bigint)),
		(r->>'half_days')::smallint, (r->>'activity')::rota.activity,
		r->>'programme', (r->>'state')::rota.state
	FROM unnest(p_rows) r;
END
$$;

-- One that is there already.
CREATE FUNCTION rota.put_assignment(p_row jsonb) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	v_id uuid := p_row->>'id';
	v_rev bigint := p_row->>'rev';
	v_during tstzrange := tstzrange(to_timestamp((p_row->>'from')::bigint),
		to_timestamp((p_row->>'to')::bigint));
BEGIN
	UPDATE rota.assignment SET rev = v_rev,
		physician = (p_row->>'physician')::uuid,
		site = (p_row->>'site')::uuid, room = (p_row->>'room')::smallint,
		day = (p_row->>'day')::date, part = (p_row->>'part')::rota.part,
		during = v_during, half_days = (p_row->>'half_days')::smallint,
		activity = (p_row->>'activity')::rota.activity,
		programme = p_row->>'programme', state = (p_row->>'state')::rota.state
	WHERE id = v_id AND rev = v_rev - 1;
	RETURN FOUND;
END
$$;

-- Whether half-days to come need what the change of a site gives up: rooms, or
-- the site.  The daemon refuses that; this second look, under the site's guard,
-- is for those planned between its verdict and the write, which only read that
-- guard.  Days that may be today somewhere are left to the daemon, which knows.
CREATE FUNCTION rota.site_in_use(p_row jsonb) RETURNS boolean
LANGUAGE sql AS $$
	SELECT EXISTS (
		SELECT FROM rota.change c, rota.assignment a
		WHERE c.entity = (p_row->>'id')::uuid
			AND c.rev = (p_row->>'rev')::bigint - 1
			AND (c.payload->>'state' <> p_row->>'state'
				OR (c.payload->>'rooms')::integer > (p_row->>'rooms')::integer)
			AND a.site = c.entity AND a.state NOT IN ('cancelled', 'not-held')
			AND a.day > (now() AT TIME ZONE 'UTC')::date
			AND (p_row->>'state' = 'retired' OR a.room > (p_row->>'rooms')::integer))
$$;

-- A key without a write: code 2 and 3 as in rota.write(), 0 when it was never used.
CREATE FUNCTION rota.key_answer(p_by uuid, p_key uuid, p_request bytea,
	OUT code integer, OUT answer text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT CASE WHEN k.key IS NULL THEN 0
		WHEN k.account IS NOT DISTINCT FROM p_by
			AND k.request = p_request THEN 2 ELSE 3 END,
		CASE WHEN k.account IS NOT DISTINCT FROM p_by
			AND k.request = p_request THEN k.answer END
	FROM (SELECT) one LEFT JOIN rota.key k ON k.key = p_key
$$;
COMMENT ON FUNCTION rota.key_answer IS 'what was answered under a key, if it was used';

-- Writes: of each a unit of changes, under the guards that its verdict depends
-- on.  Several that do not depend on each other come as one call, so that they
-- share what a transaction costs.  The first four lists have one element per
-- write; p_*_of say, in ascending order, which write the elements beside them
-- belong to.  p_order is the order of the guards' ids, the same for everybody,
-- so nothing deadlocks: n for the n-th of p_bump, -n for the n-th of p_read.
--
-- One that was judged as if another of the call had been done comes right after
-- it, and p_after has the other's number, else 0: it is done only if the other
-- is.  p_look is p_order without the guards that such a write expects to find
-- raised: of each the first that raises it is looked at.  Null: there are none.
--
-- A row per write: code 0: done.  1: stale, nothing of it was changed: judge
-- again.  2: the key was used for this request before, `answer` is what was
-- answered then.  3: the key was used by somebody else or for something else.
-- What moves between the first look and its lock raises RT001, which undoes
-- everything: all are stale then.
CREATE FUNCTION rota.write(
	p_by uuid[], p_key uuid[], p_request bytea[], p_answer text[],
	p_bump_of integer[], p_bump uuid[], p_bump_seen bigint[], p_bump_day date[],
	p_read_of integer[], p_read uuid[], p_read_seen bigint[],
	p_order integer[],
	p_row_of integer[], p_kinds text[], p_rows jsonb[],
	p_after integer[] DEFAULT NULL, p_look integer[] DEFAULT NULL)
RETURNS TABLE (code integer, answer text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	v_codes integer[] := array_fill(0, ARRAY[cardinality(p_by)]);
	v_answers text[] := array_fill(NULL::text, ARRAY[cardinality(p_by)]);
	v_keyed boolean := array_remove(p_key, NULL) <> '{}';
	v_units boolean := cardinality(p_rows) > cardinality(p_by);
	v_used record;
	v_stale integer[];
	v_guard integer;
	v_row jsonb;
	v_done boolean;
	v_new jsonb[] := '{}';
	v_new_ids uuid[] := '{}';
BEGIN
	IF v_keyed THEN
		FOR v_used IN
			SELECT k.n, a.code, a.answer
			FROM unnest(p_key) WITH ORDINALITY k (key, n),
				LATERAL (SELECT FROM rota.key u WHERE u.key = k.key OFFSET 0) u,
				rota.key_answer(p_by[k.n], k.key, p_request[k.n]) a LOOP
			v_codes[v_used.n] := v_used.code;
			v_answers[v_used.n] := v_used.answer;
		END LOOP;
	END IF;

	-- A first look without locks: a stale write then costs nothing.
	SELECT array_agg(g.of) INTO v_stale
	FROM unnest(coalesce(p_look, p_order)) n, LATERAL (SELECT
			CASE WHEN n > 0 THEN p_bump_of[n] ELSE p_read_of[-n] END AS of,
			CASE WHEN n > 0 THEN p_bump[n] ELSE p_read[-n] END AS id,
			CASE WHEN n > 0 THEN p_bump_seen[n] ELSE p_read_seen[-n] END
				AS seen) g
	WHERE g.seen <> coalesce(
		(SELECT x.rev FROM rota.guard x WHERE x.id = g.id), 0);
	FOR i IN 1 .. coalesce(cardinality(v_stale), 0) LOOP
		IF v_codes[v_stale[i]] = 0 THEN
			v_codes[v_stale[i]] := 1;
		END IF;
	END LOOP;
	FOR i IN 1 .. coalesce(cardinality(p_after), 0) LOOP
		IF v_codes[i] = 0 AND v_codes[p_after[i]] <> 0 THEN
			v_codes[i] := 1;
		END IF;
	END LOOP;

	IF 0 = ANY (v_codes) THEN
		IF v_keyed THEN
			-- A key that a retry has taken meanwhile is found at the next try.
			INSERT INTO rota.key (key, account, request, answer)
			SELECT k.key, k.account, k.request, k.answer
			FROM unnest(p_key, p_by, p_request, p_answer, v_codes)
				k (key, account, request, answer, code)
			WHERE k.key IS NOT NULL AND k.code = 0
			ORDER BY k.key;
		END IF;
		FOREACH v_guard IN ARRAY p_order LOOP
			IF v_guard > 0 THEN
				CONTINUE WHEN v_codes[p_bump_of[v_guard]] <> 0;
				IF p_bump_seen[v_guard] = 0 THEN
					INSERT INTO rota.guard (id, rev, day)
						VALUES (p_bump[v_guard], 1, p_bump_day[v_guard])
						ON CONFLICT (id) DO UPDATE
							SET rev = 1, day = EXCLUDED.day
							WHERE guard.rev = 0;
				ELSE
					UPDATE rota.guard g SET rev = g.rev + 1
						WHERE g.id = p_bump[v_guard]
							AND g.rev = p_bump_seen[v_guard];
				END IF;
			ELSE
				CONTINUE WHEN v_codes[p_read_of[-v_guard]] <> 0;
				PERFORM FROM rota.guard g WHERE g.id = p_read[-v_guard]
					AND g.rev = p_read_seen[-v_guard] FOR SHARE;
				IF NOT FOUND AND p_read_seen[-v_guard] = 0 THEN
					INSERT INTO rota.guard (id, rev)
						VALUES (p_read[-v_guard], 0)
						ON CONFLICT (id) DO NOTHING;
					PERFORM FROM rota.guard g WHERE g.id = p_read[-v_guard]
						AND g.rev = 0 FOR SHARE;
				END IF;
			END IF;
			IF NOT FOUND THEN
				RAISE EXCEPTION USING ERRCODE = 'RT001', MESSAGE = 'stale';
			END IF;
		END LOOP;

		-- Two physicians who change places, three rooms in a ring: judged at
		-- the end of the unit, inside this function, so that the error has its
		-- place.
		IF v_units THEN
			SET CONSTRAINTS rota.assignment_physician_free,
				rota.assignment_room_free, rota.site_finess_free DEFERRED;
		END IF;
		FOR i IN 1 .. cardinality(p_kinds) LOOP
			CONTINUE WHEN v_codes[p_row_of[i]] <> 0;
			v_row := p_rows[i];
			IF p_kinds[i] = 'assignment' AND v_row->>'rev' = '1' THEN
				v_new := v_new || v_row;
				IF p_after IS NOT NULL THEN
					v_new_ids := v_new_ids || (v_row->>'id')::uuid;
				END IF;
				CONTINUE;
			END IF;
			IF v_new <> '{}' AND (p_kinds[i] <> 'assignment'
					OR (v_row->>'id')::uuid = ANY (v_new_ids)) THEN
				PERFORM rota.put_assignments(v_new);
				v_new := '{}';
			END IF;
			v_done := CASE WHEN p_kinds[i] = 'assignment'
				THEN rota.put_assignment(v_row)
				ELSE rota.put_entity(p_kinds[i], v_row) END;
			IF NOT v_done THEN
				RAISE EXCEPTION USING ERRCODE = 'RT001', MESSAGE = 'stale';
			END IF;
		END LOOP;
		IF v_new <> '{}' THEN
			PERFORM rota.put_assignments(v_new);
		END IF;
		-- The guards of a write go with its first row.
		INSERT INTO rota.change (epoch, by, kind, entity, rev, payload,
			guards, seen)
		SELECT coalesce((SELECT p.epoch FROM rota.present p),
				rota.open_epoch()),
			p_by[r.of], p_kinds[i], (r.row->>'id')::uuid,
			(r.row->>'rev')::bigint, r.row - 'private',
			CASE WHEN r.leads THEN p_bump[r.first : r.last] END,
			CASE WHEN r.leads THEN p_bump_seen[r.first : r.last] END
		FROM generate_series(1, cardinality(p_rows)) i,
			LATERAL (SELECT p_row_of[i] AS of, p_rows[i] AS row,
				p_row_of[i - 1] IS DISTINCT FROM p_row_of[i] AS leads,
				width_bucket(p_row_of[i] - 1, p_bump_of) + 1 AS first,
				width_bucket(p_row_of[i], p_bump_of) AS last) r
		WHERE v_codes[r.of] = 0;
		IF v_units THEN
			SET CONSTRAINTS rota.assignment_physician_free,
				rota.assignment_room_free, rota.site_finess_free IMMEDIATE;
		END IF;
		FOR i IN 1 .. cardinality(p_kinds) LOOP
			IF p_kinds[i] = 'site' AND v_codes[p_row_of[i]] = 0
					AND rota.site_in_use(p_rows[i]) THEN
				RAISE EXCEPTION USING ERRCODE = 'RT001', MESSAGE = 'stale';
			END IF;
		END LOOP;
	END IF;

	FOR i IN 1 .. cardinality(p_by) LOOP
		code := v_codes[i];
		answer := v_answers[i];
		RETURN NEXT;
	END LOOP;
END
$$;
COMMENT ON FUNCTION rota.write IS 'the only way in which a daemon writes to the plan';

-- A mark, unless one is younger than p_every (two daemons tick side by side).
CREATE FUNCTION rota.mark(p_every interval, p_why text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
	INSERT INTO rota.mark (epoch, snapshot, why)
	SELECT coalesce((SELECT p.epoch FROM rota.present p), rota.open_epoch()),
		pg_current_snapshot(), p_why
	WHERE p_why <> 'tick' OR NOT EXISTS (
		SELECT FROM rota.mark m WHERE m.at > clock_timestamp() - p_every)
	RETURNING mark
$$;
COMMENT ON FUNCTION rota.mark IS 'sets a moment to which lists can go back; answers its number, or null when one is young enough';

-- Forgets what is past its use, in small bites.  There is no index for days of
-- guards, and a daemon's sessions turn sequential scans off.
CREATE FUNCTION rota.sweep(p_key_age interval, p_guard_before date) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = ''
SET enable_seqscan = on AS $$
	WITH k AS (
		DELETE FROM rota.key WHERE key IN (
			SELECT key FROM rota.key WHERE at < now() - p_key_age
			ORDER BY at LIMIT 1000 FOR UPDATE SKIP LOCKED) RETURNING 1),
	g AS (
		DELETE FROM rota.guard WHERE id IN (
			SELECT id FROM rota.guard WHERE day < p_guard_before
			LIMIT 1000 FOR UPDATE SKIP LOCKED) RETURNING 1)
	SELECT (SELECT count(*) FROM k) + (SELECT count(*) FROM g)
$$;
COMMENT ON FUNCTION rota.sweep IS 'deletes keys past their lifetime and guards of days that are closed';

-- What a daemon must know before it trusts this database.  Opens the epoch if
-- that is due, unless the database was restored and nobody has said so.
CREATE FUNCTION rota.hello(
	OUT system_identifier bigint, OUT timeline text, OUT epoch integer,
	OUT epoch_floor integer, OUT epoch_system bigint,
	OUT schema_number integer, OUT oldest_daemon integer, OUT promise text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	SELECT c.system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8)
		INTO system_identifier, timeline FROM pg_control_system() c;
	SELECT e.epoch, e.system_identifier INTO epoch, epoch_system
		FROM rota.epoch e ORDER BY e.epoch DESC LIMIT 1;
	IF epoch_system = system_identifier THEN
		epoch := coalesce((SELECT p.epoch FROM rota.present p),
			rota.open_epoch());
	END IF;
	SELECT max(e.epoch) INTO epoch_floor FROM rota.epoch e
		WHERE e.why <> 'recovered';
	SELECT max(m.number), max(m.oldest_daemon)
		INTO schema_number, oldest_daemon FROM rota.migration m;
	promise := rota.promise();
END
$$;
COMMENT ON FUNCTION rota.hello IS 'identity of the cluster, present epoch and the oldest one whose cursors still hold, schema number, and what an acknowledged write means here';

-- ---------------------------------------------------------------------------
-- Privileges.  A daemon logs in as a member of rota_daemon.

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rota FROM PUBLIC;
GRANT USAGE ON SCHEMA rota TO rota_daemon;
GRANT SELECT ON rota.territory, rota.structure, rota.site, rota.physician,
	rota.zone, rota.account, rota.token, rota.assignment, rota.guard,
	rota.change, rota.mark, rota.epoch, rota.present, rota.migration
	TO rota_daemon;
GRANT EXECUTE ON FUNCTION rota.write, rota.key_answer,
	rota.mark, rota.sweep, rota.hello TO rota_daemon;
