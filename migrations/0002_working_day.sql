-- 0002_working_day.sql: the facts that a working day is planned on - programmes
-- and who is in them, who may work where and when, what sites need and when
-- they are open - and rotations.
--
-- Locks: short ones on territory, site, physician and assignment for columns
-- with constant defaults, and on change while an index of its sites is made; no
-- table is rewritten, assignment is read once for a constraint.  Old daemon: it
-- does not write the new columns, so it may not run beside this schema.

INSERT INTO rota.migration (number, name, oldest_daemon) VALUES (2, 'working_day', 2);

-- ---------------------------------------------------------------------------
-- What the tables of 0001 say beside.

ALTER TABLE rota.territory
	ADD COLUMN finess text NOT NULL DEFAULT '' CHECK (finess ~ '^([0-9][0-9AB][0-9]{7})?$'),
	ADD COLUMN phone text NOT NULL DEFAULT '' CHECK (phone ~ '^(\+[0-9]{7,15})?$'),
	ADD COLUMN floor_24 integer NOT NULL DEFAULT 0 CHECK (floor_24 BETWEEN 0 AND 9999),
	ADD COLUMN floor_48 integer NOT NULL DEFAULT 0 CHECK (floor_48 BETWEEN 0 AND 9999),
	ADD COLUMN regulator text NOT NULL DEFAULT 'reads' CHECK (regulator IN ('reads', 'takes'));
COMMENT ON COLUMN rota.territory.finess IS 'national number of a CPTS, or empty';
COMMENT ON COLUMN rota.territory.phone IS 'telephone of its coordination, or empty';
COMMENT ON COLUMN rota.territory.floor_24 IS 'free unscheduled places of the next 24 hours under which it is alarmed; 0: never';
COMMENT ON COLUMN rota.territory.floor_48 IS 'likewise of the next 48 hours';
COMMENT ON COLUMN rota.territory.regulator IS 'what regulators may do with its places';

ALTER TABLE rota.site
	ADD COLUMN kind text NOT NULL DEFAULT 'fixed' CHECK (kind IN ('fixed', 'mobile', 'remote', 'ehpad')),
	ADD COLUMN sector uuid REFERENCES rota.territory,
	ADD COLUMN pdsa uuid REFERENCES rota.territory,
	ADD COLUMN precision text NOT NULL DEFAULT 'address' CHECK (precision IN ('address', 'commune')),
	ADD COLUMN address text NOT NULL DEFAULT '' CHECK (length(address) <= 200),
	ADD COLUMN phone text NOT NULL DEFAULT '' CHECK (phone ~ '^(\+[0-9]{7,15})?$'),
	ADD COLUMN hours_source text NOT NULL DEFAULT 'real' CHECK (hours_source IN ('real', 'generated')),
	ADD COLUMN holidays text NOT NULL DEFAULT 'closed' CHECK (holidays IN ('closed', 'open')),
	ADD COLUMN area text NOT NULL DEFAULT '' CHECK (length(area) <= 19),
	ADD COLUMN places integer NOT NULL DEFAULT 0 CHECK (places BETWEEN 0 AND 99),
	ADD COLUMN minutes integer NOT NULL DEFAULT 20 CHECK (minutes BETWEEN 5 AND 240),
	ADD COLUMN manner text NOT NULL DEFAULT 'bookable' CHECK (manner IN ('bookable', 'walk-in'));
CREATE INDEX change_sector ON rota.change ((payload->>'sector')) WHERE kind = 'site';
COMMENT ON COLUMN rota.site.kind IS 'fixed; mobile: a vehicle, see rota.stop; remote: care from elsewhere only; ehpad: home for the elderly';
COMMENT ON COLUMN rota.site.sector IS 'sector of the territory that it belongs to';
COMMENT ON COLUMN rota.site.pdsa IS 'area of out-of-hours duty that it belongs to';
COMMENT ON COLUMN rota.site.precision IS 'what lat and lon are: the address, or the centre of the commune';
COMMENT ON COLUMN rota.site.address IS 'street, for people';
COMMENT ON COLUMN rota.site.phone IS 'telephone of its secretariat, or empty';
COMMENT ON COLUMN rota.site.hours_source IS 'how its hours and rooms are known: real, or generated for a demonstration';
COMMENT ON COLUMN rota.site.holidays IS 'whether it opens on public holidays';
COMMENT ON COLUMN rota.site.area IS 'whose holidays it has beside the national ones, see rota.holiday';
COMMENT ON COLUMN rota.site.places IS 'places that an unscheduled half-day gives by default; 0: as many as fit';
COMMENT ON COLUMN rota.site.minutes IS 'length of a place by default';
COMMENT ON COLUMN rota.site.manner IS 'how unscheduled care is given out by default';

ALTER TABLE rota.physician
	ADD COLUMN status text NOT NULL DEFAULT 'physician' CHECK (status IN ('physician', 'junior', 'intern')),
	ADD COLUMN max_km integer NOT NULL DEFAULT 0 CHECK (max_km BETWEEN 0 AND 2000);
COMMENT ON COLUMN rota.physician.status IS 'physicians and junior doctors rove, interns do not';
COMMENT ON COLUMN rota.physician.max_km IS 'longest way from home that the physician accepts; 0: no limit';

ALTER TABLE rota.assignment
	ADD COLUMN rotation uuid,
	ADD COLUMN by_hand boolean NOT NULL DEFAULT false,
	ADD COLUMN agreed text CHECK (agreed IN ('phone', 'mail', 'written', 'oral')),
	ADD COLUMN unscheduled smallint NOT NULL DEFAULT 0,
	ADD COLUMN remote smallint NOT NULL DEFAULT 0,
	ADD CONSTRAINT assignment_portions CHECK (unscheduled >= 0 AND remote >= 0
		AND unscheduled % 5 = 0 AND remote % 5 = 0
		AND (unscheduled + remote) * interval '1 minute'
			<= upper(during) - lower(during)
		AND (unscheduled = 0 OR activity IN ('MT', 'CA', 'VAD', 'TLC', 'EHPAD'))
		AND (remote = 0 OR activity IN ('MT', 'SNP', 'CA', 'VAD', 'EHPAD')));
COMMENT ON COLUMN rota.assignment.rotation IS 'rotation that it is an occurrence of, or null';
COMMENT ON COLUMN rota.assignment.by_hand IS 'an occurrence that was changed or cancelled by itself: the rotation leaves it alone';
COMMENT ON COLUMN rota.assignment.agreed IS 'how the physician agreed to a half-day that was not offered, or null';
COMMENT ON COLUMN rota.assignment.unscheduled IS 'minutes of it that are unscheduled care, beside the activity';
COMMENT ON COLUMN rota.assignment.remote IS 'minutes of it that are care from elsewhere, beside the activity';

-- ---------------------------------------------------------------------------
-- Facts.

CREATE TABLE rota.programme (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	code text NOT NULL UNIQUE CHECK (code <> '' AND length(code) <= 64),
	name text NOT NULL CHECK (length(name) <= 200),
	"from" date,
	"to" date,
	snp_max integer NOT NULL CHECK (snp_max BETWEEN 0 AND 100),
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.programme IS 'a named set of rules and targets (CSTM, solidarity mission, an AMI ...)';
COMMENT ON COLUMN rota.programme.id IS 'name of it for ever';
COMMENT ON COLUMN rota.programme.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.programme.code IS 'what people call it in requests';
COMMENT ON COLUMN rota.programme.name IS 'name for people';
COMMENT ON COLUMN rota.programme."from" IS 'first day of the programme, or null';
COMMENT ON COLUMN rota.programme."to" IS 'last day, or null: open';
COMMENT ON COLUMN rota.programme.snp_max IS 'bound of the share of unscheduled care, percent, per site and quarter; 100: none';
COMMENT ON COLUMN rota.programme.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.programme.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.holiday (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	area text NOT NULL CHECK (length(area) BETWEEN 1 AND 19),
	kind text NOT NULL CHECK (kind IN ('public', 'school')),
	"from" date NOT NULL,
	"to" date NOT NULL,
	name text NOT NULL CHECK (length(name) <= 200),
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.holiday IS 'a public or school holiday of an area';
COMMENT ON COLUMN rota.holiday.id IS 'name of it for ever';
COMMENT ON COLUMN rota.holiday.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.holiday.area IS 'national, or the name of an area that some sites are of';
COMMENT ON COLUMN rota.holiday.kind IS 'public, or of the schools';
COMMENT ON COLUMN rota.holiday."from" IS 'first day';
COMMENT ON COLUMN rota.holiday."to" IS 'last day';
COMMENT ON COLUMN rota.holiday.name IS 'name for people';
COMMENT ON COLUMN rota.holiday.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.holiday.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.closure (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	site uuid NOT NULL REFERENCES rota.site,
	"from" date NOT NULL,
	"to" date NOT NULL,
	parts text NOT NULL CHECK (parts ~ '^M?A?E?S?N?$' AND parts <> ''),
	cause text NOT NULL CHECK (cause IN ('works', 'flood', 'leave', 'staff', 'other')),
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.closure IS 'a site does not open in these parts of these days';
COMMENT ON COLUMN rota.closure.id IS 'name of it for ever';
COMMENT ON COLUMN rota.closure.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.closure.site IS 'which site';
COMMENT ON COLUMN rota.closure."from" IS 'first day';
COMMENT ON COLUMN rota.closure."to" IS 'last day';
COMMENT ON COLUMN rota.closure.parts IS 'letters of the parts of the day, of MAESN';
COMMENT ON COLUMN rota.closure.cause IS 'why';
COMMENT ON COLUMN rota.closure.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.closure.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.opening (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	site uuid NOT NULL REFERENCES rota.site,
	"from" date NOT NULL,
	"to" date NOT NULL,
	hours text NOT NULL,
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.opening IS 'a site opens so on these days, whatever its week, its closures and the holidays say';
COMMENT ON COLUMN rota.opening.id IS 'name of it for ever';
COMMENT ON COLUMN rota.opening.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.opening.site IS 'which site';
COMMENT ON COLUMN rota.opening."from" IS 'first day';
COMMENT ON COLUMN rota.opening."to" IS 'last day';
COMMENT ON COLUMN rota.opening.hours IS 'as rota.site has them, applied to these days only';
COMMENT ON COLUMN rota.opening.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.opening.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.stop (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	site uuid NOT NULL REFERENCES rota.site,
	pattern text NOT NULL CHECK (length(pattern) BETWEEN 1 AND 288),
	"from" date NOT NULL,
	"to" date,
	commune text NOT NULL CHECK (commune ~ '^[0-9][0-9AB][0-9]{3}$'),
	lat integer NOT NULL CHECK (lat BETWEEN -9000000 AND 9000000),
	lon integer NOT NULL CHECK (lon BETWEEN -18000000 AND 18000000),
	address text NOT NULL CHECK (length(address) <= 200),
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.stop IS 'where a mobile site stands';
COMMENT ON COLUMN rota.stop.id IS 'name of it for ever';
COMMENT ON COLUMN rota.stop.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.stop.site IS 'which site';
COMMENT ON COLUMN rota.stop.pattern IS 'half-days that recur: "mon-fri M; 2nd tue A"';
COMMENT ON COLUMN rota.stop."from" IS 'first day';
COMMENT ON COLUMN rota.stop."to" IS 'last day, or null: open';
COMMENT ON COLUMN rota.stop.commune IS 'INSEE code of the commune';
COMMENT ON COLUMN rota.stop.lat IS 'latitude, 1e-5 degrees WGS84; lat and lon both 0: unknown';
COMMENT ON COLUMN rota.stop.lon IS 'longitude, 1e-5 degrees WGS84';
COMMENT ON COLUMN rota.stop.address IS 'for people';
COMMENT ON COLUMN rota.stop.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.stop.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.presence (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	site uuid NOT NULL REFERENCES rota.site,
	staff text NOT NULL CHECK (staff IN ('nurse', 'apn', 'assistant', 'asalee', 'midwife', 'secretary', 'other')),
	pattern text NOT NULL CHECK (length(pattern) BETWEEN 1 AND 288),
	"from" date NOT NULL,
	"to" date,
	number integer NOT NULL CHECK (number BETWEEN 1 AND 20),
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.presence IS 'local staff who work with the physician of the half-day';
COMMENT ON COLUMN rota.presence.id IS 'name of it for ever';
COMMENT ON COLUMN rota.presence.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.presence.site IS 'which site';
COMMENT ON COLUMN rota.presence.staff IS 'profession; apn: advanced-practice nurse';
COMMENT ON COLUMN rota.presence.pattern IS 'half-days that recur: "mon-fri M; 2nd tue A"';
COMMENT ON COLUMN rota.presence."from" IS 'first day';
COMMENT ON COLUMN rota.presence."to" IS 'last day, or null: open';
COMMENT ON COLUMN rota.presence.number IS 'how many';
COMMENT ON COLUMN rota.presence.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.presence.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.need (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	site uuid REFERENCES rota.site,
	sector uuid REFERENCES rota.territory,
	pattern text NOT NULL CHECK (length(pattern) BETWEEN 1 AND 288),
	activity rota.activity NOT NULL,
	specialty text NOT NULL CHECK (length(specialty) BETWEEN 1 AND 8),
	"from" date NOT NULL,
	"to" date,
	number integer NOT NULL CHECK (number BETWEEN 1 AND 20),
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK (num_nonnulls(site, sector) = 1),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.need IS 'so many physicians are needed in each half-day of a pattern';
COMMENT ON COLUMN rota.need.id IS 'name of it for ever';
COMMENT ON COLUMN rota.need.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.need.site IS 'where; null when any site of the sector will do';
COMMENT ON COLUMN rota.need.sector IS 'territory at one of whose sites it is';
COMMENT ON COLUMN rota.need.pattern IS 'half-days that recur: "mon-fri M; 2nd tue A"';
COMMENT ON COLUMN rota.need.activity IS 'kind of care or work';
COMMENT ON COLUMN rota.need.specialty IS 'MG: general practice';
COMMENT ON COLUMN rota.need."from" IS 'first day';
COMMENT ON COLUMN rota.need."to" IS 'last day, or null: open';
COMMENT ON COLUMN rota.need.number IS 'how many';
COMMENT ON COLUMN rota.need.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.need.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.enrolment (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	physician uuid NOT NULL REFERENCES rota.physician,
	programme uuid NOT NULL REFERENCES rota.programme,
	"from" date NOT NULL,
	"to" date,
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.enrolment IS 'a physician takes part in a programme';
COMMENT ON COLUMN rota.enrolment.id IS 'name of it for ever';
COMMENT ON COLUMN rota.enrolment.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.enrolment.physician IS 'whom it is about';
COMMENT ON COLUMN rota.enrolment.programme IS 'which one';
COMMENT ON COLUMN rota.enrolment."from" IS 'first day';
COMMENT ON COLUMN rota.enrolment."to" IS 'last day, or null: open';
COMMENT ON COLUMN rota.enrolment.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.enrolment.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.authorisation (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	physician uuid NOT NULL REFERENCES rota.physician,
	site uuid NOT NULL REFERENCES rota.site,
	kind text NOT NULL CHECK (kind IN ('principal', 'declaration', 'mission', 'locum')),
	"from" date NOT NULL,
	"to" date,
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.authorisation IS 'why a physician may work at a site';
COMMENT ON COLUMN rota.authorisation.id IS 'name of it for ever';
COMMENT ON COLUMN rota.authorisation.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.authorisation.physician IS 'whom it is about';
COMMENT ON COLUMN rota.authorisation.site IS 'which site';
COMMENT ON COLUMN rota.authorisation.kind IS 'principal place, declaration without opposition of the Ordre, mission, or contract of a locum';
COMMENT ON COLUMN rota.authorisation."from" IS 'first day';
COMMENT ON COLUMN rota.authorisation."to" IS 'last day, or null: open';
COMMENT ON COLUMN rota.authorisation.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.authorisation.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.availability (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	physician uuid NOT NULL REFERENCES rota.physician,
	kind text NOT NULL CHECK (kind IN ('available', 'unavailable', 'preferred', 'disliked')),
	pattern text NOT NULL CHECK (length(pattern) BETWEEN 1 AND 288),
	"from" date NOT NULL,
	"to" date,
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.availability IS 'what a physician says of the own half-days';
COMMENT ON COLUMN rota.availability.id IS 'name of it for ever';
COMMENT ON COLUMN rota.availability.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.availability.physician IS 'whom it is about';
COMMENT ON COLUMN rota.availability.kind IS 'offered, refused, or a wish';
COMMENT ON COLUMN rota.availability.pattern IS 'half-days that recur: "mon-fri M; 2nd tue A"';
COMMENT ON COLUMN rota.availability."from" IS 'first day';
COMMENT ON COLUMN rota.availability."to" IS 'last day, or null: open';
COMMENT ON COLUMN rota.availability.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.availability.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.absence (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	physician uuid NOT NULL REFERENCES rota.physician,
	"from" date NOT NULL,
	"to" date NOT NULL,
	parts text NOT NULL CHECK (parts ~ '^M?A?E?S?N?$' AND parts <> ''),
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.absence IS 'a physician is absent; the category is in rota.private';
COMMENT ON COLUMN rota.absence.id IS 'name of it for ever';
COMMENT ON COLUMN rota.absence.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.absence.physician IS 'whom it is about';
COMMENT ON COLUMN rota.absence."from" IS 'first day';
COMMENT ON COLUMN rota.absence."to" IS 'last day';
COMMENT ON COLUMN rota.absence.parts IS 'letters of the parts of the day, of MAESN';
COMMENT ON COLUMN rota.absence.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.absence.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.busy (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	physician uuid NOT NULL REFERENCES rota.physician,
	structure uuid REFERENCES rota.structure,
	pattern text NOT NULL CHECK (length(pattern) BETWEEN 1 AND 288),
	"from" date NOT NULL,
	"to" date,
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.busy IS 'half-days of a physician that another employer plans';
COMMENT ON COLUMN rota.busy.id IS 'name of it for ever';
COMMENT ON COLUMN rota.busy.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.busy.physician IS 'whom it is about';
COMMENT ON COLUMN rota.busy.structure IS 'the employer, if known';
COMMENT ON COLUMN rota.busy.pattern IS 'half-days that recur: "mon-fri M; 2nd tue A"';
COMMENT ON COLUMN rota.busy."from" IS 'first day';
COMMENT ON COLUMN rota.busy."to" IS 'last day, or null: open';
COMMENT ON COLUMN rota.busy.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.busy.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.quota (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	physician uuid REFERENCES rota.physician,
	programme uuid REFERENCES rota.programme,
	period text NOT NULL CHECK (period IN ('week', 'month', 'year', 'contract')),
	"from" date NOT NULL,
	"to" date,
	min integer NOT NULL CHECK (min BETWEEN 0 AND 9999),
	max integer NOT NULL CHECK (max BETWEEN min AND 9999),
	state text NOT NULL CHECK (state IN ('active', 'retired')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK (num_nonnulls(physician, programme) > 0),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.quota IS 'half-days that a physician, or each one of a programme, owes and may do per period';
COMMENT ON COLUMN rota.quota.id IS 'name of it for ever';
COMMENT ON COLUMN rota.quota.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.quota.physician IS 'whom it is about; null: each one enrolled in the programme';
COMMENT ON COLUMN rota.quota.programme IS 'whose half-days count; null: all of the physician';
COMMENT ON COLUMN rota.quota.period IS 'calendar week, month, year, or from the first day to the last';
COMMENT ON COLUMN rota.quota."from" IS 'first day';
COMMENT ON COLUMN rota.quota."to" IS 'last day, or null: open';
COMMENT ON COLUMN rota.quota.min IS 'half-days owed per period';
COMMENT ON COLUMN rota.quota.max IS 'half-days allowed per period; 9999: no bound';
COMMENT ON COLUMN rota.quota.state IS 'active, or retired: kept for history';
COMMENT ON COLUMN rota.quota.source IS 'real, or generated for a demonstration';

CREATE TABLE rota.rotation (
	id uuid PRIMARY KEY,
	rev bigint NOT NULL CHECK (rev > 0),
	code text NOT NULL UNIQUE CHECK (code <> '' AND length(code) <= 64),
	site uuid REFERENCES rota.site,
	sector uuid REFERENCES rota.territory,
	pattern text NOT NULL CHECK (length(pattern) BETWEEN 1 AND 288),
	mode text NOT NULL CHECK (mode IN ('turn', 'week')),
	activity rota.activity NOT NULL,
	unscheduled integer NOT NULL DEFAULT 0 CHECK (unscheduled BETWEEN 0 AND 480 AND unscheduled % 5 = 0),
	remote integer NOT NULL DEFAULT 0 CHECK (remote BETWEEN 0 AND 480 AND remote % 5 = 0),
	programme uuid REFERENCES rota.programme,
	"from" date NOT NULL,
	"to" date NOT NULL,
	physicians text NOT NULL,
	state text NOT NULL CHECK (state IN ('active', 'ended')),
	source text NOT NULL CHECK (source IN ('real', 'generated')),
	CHECK (num_nonnulls(site, sector) = 1),
	CHECK (unscheduled = 0 OR activity IN ('MT', 'CA', 'VAD', 'TLC', 'EHPAD')),
	CHECK (remote = 0 OR activity IN ('MT', 'SNP', 'CA', 'VAD', 'EHPAD')),
	CHECK ("to" >= "from")
);
COMMENT ON TABLE rota.rotation IS 'physicians in turn over the half-days of a pattern';
COMMENT ON COLUMN rota.rotation.id IS 'name of it for ever';
COMMENT ON COLUMN rota.rotation.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.rotation.code IS 'what people call it in requests';
COMMENT ON COLUMN rota.rotation.site IS 'where; null when the sector chooses';
COMMENT ON COLUMN rota.rotation.sector IS 'territory at one of whose sites it is';
COMMENT ON COLUMN rota.rotation.pattern IS 'half-days that recur: "mon-fri M; 2nd tue A"';
COMMENT ON COLUMN rota.rotation.mode IS 'turn: one half-day each; week: a whole week each';
COMMENT ON COLUMN rota.rotation.activity IS 'kind of care or work';
COMMENT ON COLUMN rota.rotation.unscheduled IS 'minutes of each half-day that are unscheduled care, beside the activity';
COMMENT ON COLUMN rota.rotation.remote IS 'minutes of each half-day that are care from elsewhere, beside the activity';
COMMENT ON COLUMN rota.rotation.programme IS 'that the half-days are done under, or null';
COMMENT ON COLUMN rota.rotation."from" IS 'first day';
COMMENT ON COLUMN rota.rotation."to" IS 'last day';
COMMENT ON COLUMN rota.rotation.physicians IS 'ids, comma between, in the order of the turn';
COMMENT ON COLUMN rota.rotation.state IS 'active, or ended: its half-days to come are free';
COMMENT ON COLUMN rota.rotation.source IS 'real, or generated for a demonstration';

-- What is told on demand only, and never by the feed: the category of an
-- absence, words of a person.
CREATE TABLE rota.private (
	entity uuid        PRIMARY KEY,
	kind   text        NOT NULL,
	text   text        NOT NULL CHECK (length(text) <= 1000),
	at     timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE rota.private IS 'what only the person and the own coordinator may read';
COMMENT ON COLUMN rota.private.entity IS 'whose: id of an absence';
COMMENT ON COLUMN rota.private.kind IS 'table of the entity';
COMMENT ON COLUMN rota.private.text IS 'category of the absence: LEAVE SICK TRAINING DUTY OTHER';
COMMENT ON COLUMN rota.private.at IS 'when it was said last';

CREATE TABLE rota.offer (
	id      uuid    PRIMARY KEY,
	rev     bigint  NOT NULL CHECK (rev > 0),
	slot    uuid    NOT NULL UNIQUE REFERENCES rota.assignment,
	day     date    NOT NULL,
	number  integer NOT NULL CHECK (number BETWEEN 0 AND 100),
	minutes integer NOT NULL CHECK (minutes BETWEEN 0 AND 240),
	opens   integer NOT NULL CHECK (opens BETWEEN 0 AND 2880),
	closes  integer NOT NULL CHECK (closes BETWEEN 0 AND 2880),
	contact text    NOT NULL CHECK (contact IN ('', 'site', 'visit', 'remote')),
	manner  text    NOT NULL CHECK (manner IN ('', 'bookable', 'walk-in')),
	walk_in text    NOT NULL CHECK (walk_in IN ('open', 'full', 'closed')),
	shut    integer NOT NULL CHECK (shut BETWEEN 0 AND 2880),
	arrived text    NOT NULL CHECK (arrived IN ('yes', 'no'))
);
CREATE INDEX offer_day ON rota.offer (day);
COMMENT ON TABLE rota.offer IS 'what a half-day of unscheduled care leaves to rota, where it is not what its site says';
COMMENT ON COLUMN rota.offer.id IS 'name of it for ever';
COMMENT ON COLUMN rota.offer.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.offer.slot IS 'which half-day';
COMMENT ON COLUMN rota.offer.day IS 'its service date';
COMMENT ON COLUMN rota.offer.number IS 'places; 100: as many as the site says';
COMMENT ON COLUMN rota.offer.minutes IS 'length of a place; 0: as the site says';
COMMENT ON COLUMN rota.offer.opens IS 'first minute, clock of the site since midnight of the service date; 0: as the half-day';
COMMENT ON COLUMN rota.offer.closes IS 'last minute, likewise; 0: as the half-day';
COMMENT ON COLUMN rota.offer.contact IS 'at the site, home visit or from elsewhere; empty: by the activity';
COMMENT ON COLUMN rota.offer.manner IS 'places are booked, or people walk in; empty: as the site says';
COMMENT ON COLUMN rota.offer.walk_in IS 'of a walk-in: open, full or closed';
COMMENT ON COLUMN rota.offer.shut IS 'minute from which it is closed to walk-ins; 0: never';
COMMENT ON COLUMN rota.offer.arrived IS 'the desk has seen the physician';

CREATE TABLE rota.place (
	id      uuid    PRIMARY KEY,
	rev     bigint  NOT NULL CHECK (rev > 0),
	slot    uuid    NOT NULL REFERENCES rota.assignment,
	day     date    NOT NULL,
	number  integer NOT NULL CHECK (number BETWEEN 0 AND 99),
	at      bigint  NOT NULL,
	minutes integer NOT NULL CHECK (minutes BETWEEN 1 AND 240),
	state   text    NOT NULL CHECK (state IN ('held', 'taken', 'honoured', 'missed', 'released')),
	expires bigint  NOT NULL CHECK ((state = 'held') = (expires > 0))
);
CREATE INDEX place_day ON rota.place (day);
-- The second line: the daemon judges first, under the guard of the half-day.
CREATE UNIQUE INDEX place_once ON rota.place (slot, number)
	WHERE number > 0 AND state <> 'released';
COMMENT ON TABLE rota.place IS 'one holding of one place of a half-day; a place without a row is free, and nothing is said of who comes';
COMMENT ON COLUMN rota.place.id IS 'name of it for ever';
COMMENT ON COLUMN rota.place.rev IS 'revision, from 1, one more at each change';
COMMENT ON COLUMN rota.place.slot IS 'which half-day';
COMMENT ON COLUMN rota.place.day IS 'its service date';
COMMENT ON COLUMN rota.place.number IS 'which place of it, from 1; 0: beside them, with the consent of the physician';
COMMENT ON COLUMN rota.place.at IS 'when it begins, seconds since 1970';
COMMENT ON COLUMN rota.place.minutes IS 'how long it is';
COMMENT ON COLUMN rota.place.state IS 'held until it expires, then taken, honoured, missed; released: free again';
COMMENT ON COLUMN rota.place.expires IS 'of a held one, when it is free again, seconds since 1970; else 0';

-- ---------------------------------------------------------------------------
-- Writing.

-- As in 0001, with what is private beside.
ALTER FUNCTION rota.put_entity RENAME TO put_public;
CREATE FUNCTION rota.put_entity(p_kind text, p_row jsonb) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	IF p_row ? 'private' THEN
		INSERT INTO rota.private AS t (entity, kind, text)
			VALUES ((p_row->>'id')::uuid, p_kind, p_row->>'private')
			ON CONFLICT (entity) DO UPDATE
				SET text = EXCLUDED.text, at = EXCLUDED.at;
	END IF;
	RETURN rota.put_public(p_kind, p_row);
END
$$;

CREATE OR REPLACE FUNCTION rota.put_assignments(p_rows jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO rota.assignment (id, rev, physician, site, room, day, part,
		during, half_days, activity, programme, state, rotation, by_hand,
		agreed, unscheduled, remote)
	SELECT (r->>'id')::uuid, 1, (r->>'physician')::uuid, (r->>'site')::uuid,
		(r->>'room')::smallint, (r->>'day')::date, (r->>'part')::rota.part,
		tstzrange(to_timestamp((r->>'from')::bigint),
			to_timestamp((r->>'to')::bigint)),
		(r->>'half_days')::smallint, (r->>'activity')::rota.activity,
		r->>'programme', (r->>'state')::rota.state, (r->>'rotation')::uuid,
		coalesce((r->>'by_hand')::boolean, false), r->>'agreed',
		coalesce((r->>'unscheduled')::smallint, 0),
		coalesce((r->>'remote')::smallint, 0)
	FROM unnest(p_rows) r;
END
$$;

CREATE OR REPLACE FUNCTION rota.put_assignment(p_row jsonb) RETURNS boolean
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
		programme = p_row->>'programme', state = (p_row->>'state')::rota.state,
		rotation = (p_row->>'rotation')::uuid,
		by_hand = coalesce((p_row->>'by_hand')::boolean, false),
		agreed = p_row->>'agreed',
		unscheduled = coalesce((p_row->>'unscheduled')::smallint, 0),
		remote = coalesce((p_row->>'remote')::smallint, 0)
	WHERE id = v_id AND rev = v_rev - 1;
	RETURN FOUND;
END
$$;

-- ---------------------------------------------------------------------------
-- Privileges.

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA rota FROM PUBLIC;
GRANT SELECT ON rota.programme, rota.holiday, rota.closure, rota.opening, rota.stop,
	rota.presence, rota.need, rota.enrolment, rota.authorisation,
	rota.availability, rota.absence, rota.busy, rota.quota, rota.rotation,
	rota.private, rota.offer, rota.place TO rota_daemon;
