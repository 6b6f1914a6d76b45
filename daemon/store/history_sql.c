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
