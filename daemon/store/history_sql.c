/* SPDX-License-Identifier: ISC */
/*
 * history_sql: see history_sql.h.
 */
#include "daemon/store/history_sql.h"

#include "daemon/store/apply.h"
#include "daemon/store/pack.h"

/* SQL keeps its own lines. */
/* clang-format off */

#define SHOWN(row, epoch, snapshot)                                            \
	"(" row ".epoch < " epoch " OR (" row ".epoch = " epoch                \
	" AND pg_visible_in_snapshot(" row ".xid, " snapshot ")))"

/* entity, after_rev, limit, epoch, snapshot */
static const char entity_sql[] =
    "SELECT " CHANGE_COLUMNS " FROM rota.change r"
    " WHERE r.entity = $1 AND r.rev > $2"
    " AND " SHOWN("r", "$4", "$5")
    " ORDER BY r.rev LIMIT $3";

static const Oid entity_types[] = {
    OID_UUID, OID_INT8, OID_INT8, OID_INT4, OID_PG_SNAPSHOT};

/*
 * mark, as_of, ids, from, to, after_from, after_id, limit.
 *
 * The newest revision that the mark shows is the state at the mark; only then
 * does it count where and when the assignment is.  A revision shows all before
 * it, so what has no later one is the newest.  With each comes its site as it
 * was then.
 */
#define AT_MARK(row)                                                           \
    SHOWN(row, "m.epoch", "m.snapshot")                                        \
    "  AND NOT EXISTS (SELECT FROM rota.change n"                              \
    "   WHERE n.entity = " row ".entity AND n.rev > " row ".rev"               \
    "   AND " SHOWN("n", "m.epoch", "m.snapshot") ")"

#define PAST_SQL(ids, subject)                                                 \
    "WITH m AS MATERIALIZED ("                                                 \
    "  (SELECT k.mark, k.at, k.epoch, k.snapshot FROM rota.mark k"             \
    "   WHERE k.mark = $1)"                                                    \
    "  UNION ALL"                                                              \
    "  (SELECT k.mark, k.at, k.epoch, k.snapshot FROM rota.mark k"             \
    "   WHERE $1 = 0 AND k.at <= $2"                                           \
    "   ORDER BY k.at DESC, k.mark DESC LIMIT 1)),"                            \
    " t AS MATERIALIZED (" ids ")"                                             \
    " SELECT m.mark, m.at, w.payload, " CHANGE_COLUMNS                         \
    " FROM m CROSS JOIN t LEFT JOIN LATERAL ("                                 \
    "  SELECT c.seq, c.epoch, c.xid, c.kind, c.at, c.by, c.payload,"           \
    "   NULL::uuid[] AS guards, NULL::bigint[] AS seen, c.entity,"             \
    "   (c.payload->>'from')::bigint AS begins"                                \
    "  FROM rota.change c"                                                     \
    "  WHERE c.kind = 'assignment'"                                            \
    "  AND c.payload->>'" subject "' = ANY (t.ids)"                            \
    "  AND (c.payload->>'day')::date BETWEEN $4 AND $5"                        \
    "  AND ((c.payload->>'from')::bigint, c.entity) > ($6, $7)"                \
    "  AND " AT_MARK("c")                                                      \
    "  ORDER BY begins, c.entity LIMIT $8) r ON true"                          \
    " LEFT JOIN LATERAL ("                                                     \
    "  SELECT s.payload FROM rota.change s"                                    \
    "  WHERE s.entity = (r.payload->>'site')::uuid"                            \
    "  AND " SHOWN("s", "m.epoch", "m.snapshot")                               \
    "  ORDER BY s.rev DESC LIMIT 1) w ON true"                                 \
    " ORDER BY r.begins, r.entity"

static const char past_physician_sql[] =
    PAST_SQL("SELECT $3::text[] AS ids", "physician");
static const char past_sites_sql[] =
    PAST_SQL("SELECT $3::text[] AS ids", "site");
static const char past_territory_sql[] = PAST_SQL(
    "SELECT array_agg(z.entity::text) AS ids FROM m JOIN rota.change z"
    "  ON z.kind = 'site' AND z.payload->>'territory' = ANY ($3::text[])"
    "  AND " AT_MARK("z"), "site");

static const Oid past_types[] = {OID_INT8, OID_TIMESTAMPTZ, OID_TEXT_ARRAY,
    OID_DATE, OID_DATE, OID_INT8, OID_UUID, OID_INT8};

/* mark, as_of */
static const char find_mark_sql[] =
    "(SELECT k.mark, k.at, k.epoch, k.snapshot FROM rota.mark k"
    "  WHERE k.mark = $1)"
    " UNION ALL"
    " (SELECT k.mark, k.at, k.epoch, k.snapshot FROM rota.mark k"
    "  WHERE $1 = 0 AND k.at <= $2"
    "  ORDER BY k.at DESC, k.mark DESC LIMIT 1)";

/*
 * What a mark shows of one scope.  The sites of a territory or sector: mark,
 * territory, limit.  Assignments: mark, ids, from, to, limit.  A mark that is
 * not there gives no row, one that shows nothing a row of nulls.
 */
#define KNOWN_MARK                                                             \
    "m AS MATERIALIZED (SELECT k.epoch, k.snapshot FROM rota.mark k"           \
    "  WHERE k.mark = $1)"

static const char known_places_sql[] =
    "WITH " KNOWN_MARK
    " SELECT r.entity FROM m LEFT JOIN LATERAL ("
    "  SELECT c.entity FROM rota.change c WHERE c.kind = 'site'"
    "  AND (c.payload->>'territory' = ANY ($2::text[])"
    "   OR c.payload->>'sector' = ANY ($2::text[]))"
    "  AND " AT_MARK("c") " LIMIT $3) r ON true";

#define KNOWN_SQL(subject)                                                     \
    "WITH " KNOWN_MARK                                                         \
    " SELECT r.payload, (r.payload->>'site')::uuid,"                           \
    "  (r.payload->>'physician')::uuid, (r.payload->>'rotation')::uuid"        \
    " FROM m LEFT JOIN LATERAL ("                                              \
    "  SELECT c.payload FROM rota.change c WHERE c.kind = 'assignment'"        \
    "  AND c.payload->>'" subject "' = ANY ($2::text[])"                       \
    "  AND (c.payload->>'day')::date BETWEEN $3 AND $4"                        \
    "  AND " AT_MARK("c") " LIMIT $5) r ON true"

static const char known_sites_sql[] = KNOWN_SQL("site");
static const char known_physician_sql[] = KNOWN_SQL("physician");

/* Entities, and what they refer to: mark, ids, limit. */
#define NEWEST(id)                                                             \
    "LATERAL (SELECT c.kind, c.payload FROM rota.change c"                     \
    "  WHERE c.entity = " id " AND " SHOWN("c", "m.epoch", "m.snapshot")       \
    "  ORDER BY c.rev DESC LIMIT 1) n"

static const char known_entities_sql[] =
    "WITH RECURSIVE " KNOWN_MARK ","
    " e (id) AS ("
    "  SELECT unnest($2::uuid[])"
    "  UNION"
    "  SELECT v.id::uuid FROM e CROSS JOIN m CROSS JOIN " NEWEST("e.id")
    "  CROSS JOIN LATERAL (VALUES (n.payload->>'territory'),"
    "   (n.payload->>'sector'), (n.payload->>'pdsa'),"
    "   (n.payload->>'structure'), (n.payload->>'programme'),"
    "   (n.payload->>'site'), (n.payload->>'physician')) v (id)"
    "  WHERE v.id <> '')"
    " SELECT n.kind, n.payload FROM e CROSS JOIN m CROSS JOIN " NEWEST("e.id")
    " LIMIT $3";

/* epoch, xmax and xip seen, epoch and snapshot of the book, limit */
static const char replay_sql[] =
    "WITH r AS MATERIALIZED ("
    "  SELECT c.* FROM (" CHANGES_MISSED("pg_current_snapshot()") ") c"
    "  WHERE " SHOWN("c", "$4", "$5")
    "  LIMIT $6)"
    " SELECT " CHANGE_COLUMNS ", b.payload FROM r"
    " LEFT JOIN rota.change b ON r.kind = 'assignment'"
    "  AND b.entity = r.entity AND b.rev = r.rev - 1"
    " ORDER BY r.seq";

/* clang-format on */

static const Oid replay_types[] = {
    OID_INT4, OID_XID8, OID_XID8_ARRAY, OID_INT4, OID_PG_SNAPSHOT, OID_INT8};

static const Oid find_mark_types[] = {OID_INT8, OID_TIMESTAMPTZ};
static const Oid known_places_types[] = {OID_INT8, OID_TEXT_ARRAY, OID_INT8};
static const Oid known_types[] = {
    OID_INT8, OID_TEXT_ARRAY, OID_DATE, OID_DATE, OID_INT8};
static const Oid known_entities_types[] = {OID_INT8, OID_UUID_ARRAY, OID_INT8};

static const Oid private_types[] = {OID_UUID_ARRAY};
static const Oid mark_types[] = {OID_INT8};
static const Oid sweep_types[] = {OID_INT8, OID_DATE};

static const struct pgsession_statement statements[] = {
    [HISTORY_ENTITY] = {"entity", entity_sql, ARRAY_SIZE(entity_types),
	entity_types, 1},
    [HISTORY_PAST_PHYSICIAN] = {"past_physician", past_physician_sql,
	ARRAY_SIZE(past_types), past_types, 1},
    [HISTORY_PAST_SITES] = {"past_sites", past_sites_sql,
	ARRAY_SIZE(past_types), past_types, 1},
    [HISTORY_PAST_TERRITORY] = {"past_territory", past_territory_sql,
	ARRAY_SIZE(past_types), past_types, 1},
    [HISTORY_FIND_MARK] = {"find_mark", find_mark_sql,
	ARRAY_SIZE(find_mark_types), find_mark_types, 1},
    [HISTORY_KNOWN_PLACES] = {"known_places", known_places_sql,
	ARRAY_SIZE(known_places_types), known_places_types, 1},
    [HISTORY_KNOWN_SITES] = {"known_sites", known_sites_sql,
	ARRAY_SIZE(known_types), known_types, 1},
    [HISTORY_KNOWN_PHYSICIAN] = {"known_physician", known_physician_sql,
	ARRAY_SIZE(known_types), known_types, 1},
    [HISTORY_KNOWN_ENTITIES] = {"known_entities", known_entities_sql,
	ARRAY_SIZE(known_entities_types), known_entities_types, 1},
    [HISTORY_REPLAY] = {"replay", replay_sql, ARRAY_SIZE(replay_types),
	replay_types, 1},
    [HISTORY_PRIVATE] = {"private",
	"SELECT p.entity, p.text FROM rota.private p"
	" WHERE p.entity = ANY ($1)",
	ARRAY_SIZE(private_types), private_types, 1},
    [HISTORY_MARK] = {"mark",
	"SELECT rota.mark($1 * interval '1 millisecond', 'tick')",
	ARRAY_SIZE(mark_types), mark_types, 1},
    [HISTORY_PUBLISHED] = {"published",
	"SELECT rota.mark(interval '0', 'publication')", 0, NULL, 1},
    [HISTORY_SWEEP] = {"sweep",
	"SELECT rota.sweep($1 * interval '1 millisecond', $2)",
	ARRAY_SIZE(sweep_types), sweep_types, 1},
};

STATIC_ASSERT(ARRAY_SIZE(statements) == HISTORY_STATEMENTS);

const struct pgsession_role history_role = {
    NULL, statements, ARRAY_SIZE(statements)};
