/* SPDX-License-Identifier: ISC */
/*
 * proposal_sql: the statements about proposals.
 */
#include "daemon/store/proposal_private.h"

/* SQL keeps its own lines. */
/* clang-format off */

#define PLAN_COLUMNS                                                           \
	"p.id, p.account, p.state, p.variant, p.stop, p.\"from\", p.\"to\","   \
	" p.scope, p.weights, p.seconds, p.max_phases, p.max_gap, p.threads,"  \
	" p.seed, p.daemon, p.cursor, p.queued, p.begun, p.ended, p.cost,"     \
	" p.bound, p.phases, p.took_ms, p.pause_us, p.written_us, p.written,"  \
	" p.lines, p.kept, p.moved, p.checked, p.proof_instance,"              \
	" p.proof_plan, p.notes, p.error"

#define LINE_COLUMNS                                                           \
	"l.number, l.action, l.by_hand, l.slot, l.physician, l.site, l.day,"   \
	" l.part::text, l.activity::text, l.programme,"                        \
	" l.unscheduled::integer, l.remote::integer, l.agreed, l.state,"        \
	" l.status, l.words_en, l.words_fr"

#define COUNT_OF(state)                                                        \
	"count(*) FILTER (WHERE l.state = '" state "')"

/* What there is of a plan before its end, or of one that failed, is none. */
#define IS_WHOLE " IN ('done', 'cancelled', 'adopted')"
#define OF_WHOLE                                                               \
	" AND EXISTS (SELECT FROM rota.plan w"                                 \
	"  WHERE w.id = $1 AND w.state" IS_WHOLE ")"

/* Whether lines cancel is in an index of its own. */
static const char head_sql[] =
    "SELECT " PLAN_COLUMNS ", EXISTS (SELECT FROM rota.plan_line l"
    "  WHERE l.plan = p.id AND l.action = 'cancel')"
    " FROM rota.plan p WHERE p.id = $1";

static const char get_sql[] =
    "SELECT " PLAN_COLUMNS ", c.* FROM rota.plan p, LATERAL (SELECT "
    COUNT_OF("proposed") ", " COUNT_OF("adopted") ", " COUNT_OF("dropped") ", "
    COUNT_OF("refused") ", count(*) FILTER (WHERE l.action = 'cancel')"
    " FROM rota.plan_line l WHERE l.plan = p.id AND p.state" IS_WHOLE ") c"
    " WHERE p.id = $1";

/* after, limit */
static const char list_sql[] =
    "SELECT " PLAN_COLUMNS " FROM rota.plan p"
    " WHERE $1 IS NULL OR (p.queued, p.id) < (SELECT a.queued, a.id"
    "  FROM rota.plan a WHERE a.id = $1)"
    " ORDER BY p.queued DESC, p.id DESC LIMIT $2";

#define LINES_WHERE                                                            \
	" WHERE l.plan = $1 AND l.number > $2"                                 \
	" AND ($3 IS NULL OR l.site = ANY ($3))"                               \
	" AND ($4 IS NULL OR l.physician = $4)"                                \
	" AND l.day BETWEEN $5 AND $6 AND ($7 IS NULL OR l.state = $7)"        \
	OF_WHOLE

/* plan, after, sites or null, physician or null, from, to, state or null,
 * limit */
static const char lines_sql[] =
    "SELECT " LINE_COLUMNS " FROM rota.plan_line l" LINES_WHERE
    " ORDER BY l.number LIMIT $8";

/* Likewise, with what each stands in place of; before the limit, 1: only what
 * stands in place of something. */
static const char tied_sql[] =
    "SELECT " LINE_COLUMNS ", m.number, m.site, m.physician"
    " FROM rota.plan_line l LEFT JOIN LATERAL ("
    "  SELECT c.number, c.site, c.physician FROM rota.plan_line c"
    "  WHERE c.plan = l.plan AND c.action = 'cancel' AND l.action = 'put'"
    "  AND c.day = l.day AND c.part = l.part AND (c.physician = l.physician"
    "   OR c.site = l.site AND c.activity = l.activity)"
    "  ORDER BY c.physician <> l.physician, c.number LIMIT 1) m ON true"
    LINES_WHERE " AND ($8 = 0 OR m.number IS NOT NULL)"
    " ORDER BY l.number LIMIT $9";

/* plan, limit */
static const char by_hand_sql[] =
    "SELECT " LINE_COLUMNS " FROM rota.plan_line l"
    " WHERE l.plan = $1 AND l.by_hand ORDER BY l.number LIMIT $2";

/* plan, site, physician, limit */
static const char near_sql[] =
    "SELECT " LINE_COLUMNS " FROM rota.plan_line l"
    " WHERE l.plan = $1 AND l.state = 'proposed'"
    " AND (l.site = $2 OR l.physician = $3)"
    " ORDER BY l.number LIMIT $4";

static const char groups_sql[] =
    "SELECT l.site, date_trunc('week', l.day)::date, count(*)::integer"
    " FROM rota.plan_line l WHERE l.plan = $1 AND l.state = $2"
    " AND l.day BETWEEN $3 AND $4"
    " GROUP BY 1, 2";

/* plan, after, 1: that is a sector, limit */
static const char sites_sql[] =
    "SELECT s.sector, s.site, s.zone, s.need, s.filled, s.planned"
    " FROM rota.plan_site s WHERE s.plan = $1" OF_WHOLE
    " AND ($2 IS NULL OR (s.sector, s.site) > ($3 = 1, $2))"
    " ORDER BY s.sector, s.site LIMIT $4";

static const char zones_sql[] =
    "SELECT false, NULL::uuid, s.zone, sum(s.need)::integer,"
    "  sum(s.filled)::integer, sum(s.planned)::integer"
    " FROM rota.plan_site s WHERE s.plan = $1" OF_WHOLE
    " GROUP BY s.zone ORDER BY s.zone";

/* plan, after, sites or null, day or null, part or null, kind or null, limit */
static const char reasons_sql[] =
    "SELECT r.number, r.kind, r.text FROM rota.plan_reason r"
    " WHERE r.plan = $1 AND r.number > $2" OF_WHOLE
    " AND ($3 IS NULL OR r.site = ANY ($3))"
    " AND ($4 IS NULL OR r.day = $4) AND ($5 IS NULL OR r.part::text = $5)"
    " AND ($6 IS NULL OR r.kind = $6) ORDER BY r.number LIMIT $7";

/* plan, file, from, bytes */
static const char proof_sql[] =
    "SELECT substr(convert_to(p.piece, 'UTF8'), ($3 - p.at)::integer + 1, $4)"
    " FROM rota.plan_proof p WHERE p.plan = $1 AND p.file = $2 AND p.at <= $3"
    " ORDER BY p.at DESC LIMIT 1";

/* clang-format on */

#define CALL(function, arguments) "SELECT * FROM rota." function arguments

static const Oid queue_types[] = {OID_UUID, OID_UUID, OID_UUID, OID_BYTEA,
    OID_TEXT, OID_UUID, OID_TEXT, OID_DATE, OID_DATE, OID_TEXT, OID_TEXT,
    OID_INT4_ARRAY, OID_INT8};
static const Oid forget_types[] = {OID_INT4};
static const Oid keep_types[] = {OID_UUID, OID_UUID, OID_UUID, OID_BYTEA,
    OID_TEXT, OID_UUID, OID_TEXT, OID_DATE, OID_DATE, OID_TEXT, OID_TEXT,
    OID_TEXT, OID_TEXT, OID_INT8_ARRAY, OID_JSONB};
static const Oid begin_types[] = {OID_UUID, OID_UUID, OID_TEXT, OID_INT8};
static const Oid put_lines_types[] = {OID_UUID, OID_UUID, OID_INT4,
    OID_TEXT_ARRAY, OID_UUID_ARRAY, OID_UUID_ARRAY, OID_UUID_ARRAY,
    OID_DATE_ARRAY, OID_TEXT_ARRAY, OID_TEXT_ARRAY, OID_TEXT_ARRAY,
    OID_INT4_ARRAY, OID_INT4_ARRAY};
static const Oid put_sites_types[] = {OID_UUID, OID_UUID, OID_INT4_ARRAY,
    OID_UUID_ARRAY, OID_TEXT_ARRAY, OID_INT4_ARRAY, OID_INT4_ARRAY,
    OID_INT4_ARRAY};
static const Oid end_types[] = {OID_UUID, OID_UUID, OID_TEXT, OID_TEXT,
    OID_INT8, OID_INT8, OID_INT4, OID_INT8, OID_INT8, OID_INT8, OID_INT4,
    OID_INT4, OID_TEXT, OID_INT8_ARRAY, OID_TEXT};
static const Oid stop_types[] = {OID_UUID, OID_INT8};
static const Oid edit_types[] = {OID_UUID, OID_UUID, OID_BYTEA, OID_TEXT,
    OID_UUID, OID_INT4, OID_TEXT, OID_JSONB};
static const Oid settle_types[] = {OID_UUID, OID_INT4_ARRAY, OID_TEXT_ARRAY,
    OID_TEXT_ARRAY, OID_TEXT_ARRAY, OID_TEXT_ARRAY};
static const Oid answered_types[] = {OID_UUID, OID_UUID, OID_BYTEA, OID_TEXT};
static const Oid tick_types[] = {OID_UUID, OID_INT8, OID_UUID_ARRAY,
    OID_INT8_ARRAY, OID_INT8_ARRAY, OID_INT4_ARRAY, OID_INT8_ARRAY,
    OID_UUID_ARRAY};
static const Oid lapse_types[] = {OID_INT8};
static const Oid plan_types[] = {OID_UUID};
static const Oid groups_types[] = {OID_UUID, OID_TEXT, OID_DATE, OID_DATE};
static const Oid list_types[] = {OID_UUID, OID_INT8};
static const Oid lines_types[] = {OID_UUID, OID_INT4, OID_UUID_ARRAY, OID_UUID,
    OID_DATE, OID_DATE, OID_TEXT, OID_INT8};
static const Oid tied_types[] = {OID_UUID, OID_INT4, OID_UUID_ARRAY, OID_UUID,
    OID_DATE, OID_DATE, OID_TEXT, OID_INT4, OID_INT8};
static const Oid near_types[] = {OID_UUID, OID_UUID, OID_UUID, OID_INT8};
static const Oid sites_types[] = {OID_UUID, OID_UUID, OID_INT4, OID_INT8};
static const Oid put_proof_types[] = {
    OID_UUID, OID_UUID, OID_TEXT, OID_INT8, OID_TEXT};
static const Oid proof_types[] = {OID_UUID, OID_TEXT, OID_INT8, OID_INT4};
static const Oid put_reasons_types[] = {OID_UUID, OID_UUID, OID_INT4,
    OID_TEXT_ARRAY, OID_UUID_ARRAY, OID_DATE_ARRAY, OID_TEXT_ARRAY,
    OID_TEXT_ARRAY};
static const Oid reasons_types[] = {
    OID_UUID, OID_INT4, OID_UUID_ARRAY, OID_DATE, OID_TEXT, OID_TEXT, OID_INT8};

#define STATEMENT(NAME, name, sql, types)                                      \
	[PROPOSAL_##NAME] = {name, sql, ARRAY_SIZE(types), types, 1}

static const struct pgsession_statement statements[] = {
    STATEMENT(QUEUE, "plan_start",
	CALL("plan_start",
	    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"),
	queue_types),
    STATEMENT(FORGET, "plan_forget", CALL("plan_forget", "($1)"), forget_types),
    STATEMENT(KEEP, "plan_keep",
	CALL("plan_keep",
	    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
	    " $14, $15)"),
	keep_types),
    STATEMENT(BEGIN, "plan_begin", CALL("plan_begin", "($1, $2, $3, $4)"),
	begin_types),
    STATEMENT(PUT_LINES, "plan_put_lines",
	CALL("plan_put_lines",
	    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"),
	put_lines_types),
    STATEMENT(PUT_SITES, "plan_put_sites",
	CALL("plan_put_sites", "($1, $2, $3, $4, $5, $6, $7, $8)"),
	put_sites_types),
    STATEMENT(PUT_REASONS, "plan_put_reasons",
	CALL("plan_put_reasons", "($1, $2, $3, $4, $5, $6, $7, $8)"),
	put_reasons_types),
    STATEMENT(END, "plan_end",
	CALL("plan_end",
	    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
	    " $14, $15)"),
	end_types),
    STATEMENT(PUT_PROOF, "plan_put_proof",
	CALL("plan_put_proof", "($1, $2, $3, $4, $5)"), put_proof_types),
    STATEMENT(STOP, "plan_stop", CALL("plan_stop", "($1, $2)"), stop_types),
    STATEMENT(EDIT, "plan_edit",
	CALL("plan_edit", "($1, $2, $3, $4, $5, $6, $7, $8)"), edit_types),
    STATEMENT(SETTLE, "plan_settle",
	CALL("plan_settle", "($1, $2, $3, $4, $5, $6)"), settle_types),
    STATEMENT(ANSWERED, "plan_answered",
	CALL("plan_answered", "($1, $2, $3, $4)"), answered_types),
    STATEMENT(TICK, "plan_tick",
	CALL("plan_tick", "($1, $2, $3, $4, $5, $6, $7, $8)"), tick_types),
    STATEMENT(LAPSE, "plan_lapse", CALL("plan_lapse", "($1)"), lapse_types),
    STATEMENT(HEAD, "plan_head", head_sql, plan_types),
    STATEMENT(GET, "plan_get", get_sql, plan_types),
    STATEMENT(LIST, "plan_list", list_sql, list_types),
    STATEMENT(LINES, "plan_lines", lines_sql, lines_types),
    STATEMENT(TIED, "plan_tied", tied_sql, tied_types),
    STATEMENT(NEAR, "plan_near", near_sql, near_types),
    STATEMENT(BY_HAND, "plan_by_hand", by_hand_sql, list_types),
    STATEMENT(GROUPS, "plan_groups", groups_sql, groups_types),
    STATEMENT(SITES, "plan_sites", sites_sql, sites_types),
    STATEMENT(ZONES, "plan_zones", zones_sql, plan_types),
    STATEMENT(REASONS, "plan_reasons", reasons_sql, reasons_types),
    STATEMENT(PROOF, "plan_proof", proof_sql, proof_types),
};

STATIC_ASSERT(ARRAY_SIZE(statements) == PROPOSAL_STATEMENTS);

const struct pgsession_role proposal_role = {
    NULL, statements, ARRAY_SIZE(statements)};
