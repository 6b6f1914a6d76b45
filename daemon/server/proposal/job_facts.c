/* SPDX-License-Identifier: ISC */
/*
 * job_facts: the instance of a job, written by a copy of the daemon: the book
 * as lines, then what is asked.  Nothing is decided here; the planner judges by
 * the same rules as the daemon.
 */
#include "daemon/server/proposal/job_private.h"

#include "daemon/base/clock.h"
#include "daemon/base/id_random.h"
#include "daemon/base/mem.h"
#include "daemon/config/config.h"
#include "daemon/config/config_value.h"
#include "daemon/domain/fact_line.h"
#include "daemon/domain/rule.h"
#include "daemon/server/proposal/verb_plan.h"
#include "daemon/server/server.h"
#include "daemon/server/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 1 << 20, HEAD_MAX = 256 };

/* Of a plan of some places: whose half-days it is about, by index. */
struct relevant {
	const struct book *book;  /* NULL: of everybody */
	bool *sites, *physicians; /* owned by the copy, which ends soon */
};

struct writer {
	int failed; /* errno */
	struct relevant relevant;
	size_t len;
	char bytes[BUFFER];
};

static void
flush(struct writer *writer)
{
	size_t sent = 0;

	while (sent < writer->len && writer->failed == 0) {
		ssize_t wrote = write(
		    CHILD_FIRST_FD, writer->bytes + sent, writer->len - sent);

		if (wrote > 0)
			sent += (size_t)wrote;
		else if (errno != EINTR)
			writer->failed = errno;
	}
	writer->len = 0;
}

static void
put(void *arg, struct span line)
{
	struct writer *writer = arg;

	if (line.ptr == NULL)
		return;
	if (writer->len + line.len > sizeof(writer->bytes))
		flush(writer);
	while (line.len > sizeof(writer->bytes)) {
		memcpy(writer->bytes, line.ptr, sizeof(writer->bytes));
		writer->len = sizeof(writer->bytes);
		line.ptr += sizeof(writer->bytes);
		line.len -= sizeof(writer->bytes);
		flush(writer);
	}
	memcpy(writer->bytes + writer->len, line.ptr, line.len);
	writer->len += line.len;
}

/* ----- what a plan is about ----- */

/* Whether care from elsewhere is needed from that day on at one of the sites,
 * or in a sector of theirs. */
static bool
needs_remote_care(const struct book *book, const bool *sites, int32_t from)
{
	int32_t count = book_count(book, KIND_SITE);

	for (int32_t i = 0; i < book_count(book, KIND_NEED); i++) {
		const struct need *need =
		    (const struct need *)book_entity(book, KIND_NEED, i);
		enum activity activity;

		if (!activity_find(span_of(need->activity), &activity) ||
		    !activity_is_remote(activity) ||
		    strcmp(need->state, "active") != 0 || need->to < from)
			continue;
		if (need->site != REF_NONE && sites[need->site])
			return true;
		for (int32_t k = 0; need->site == REF_NONE && k < count; k++)
			if (sites[k] &&
			    book_site(book, k)->sector == need->sector)
				return true;
	}
	return false;
}

/* ...or planned there: a repair may have to find somebody else for it. */
static bool
has_remote_care(const struct book *book, int32_t site, int32_t from)
{
	struct run run = book_site_run(book, site);

	for (size_t i = run_from_day(book, run, from); i < run.count; i++) {
		const struct assignment *a = book_at(book, run.slot[i]);

		if (state_blocks((enum state)a->state) &&
		    activity_is_remote((enum activity)a->activity))
			return true;
	}
	return false;
}

/* Whether anybody may be planned at one of the sites: authorisations are not
 * judged, or not for care from elsewhere, which there is. */
static bool
is_open_to_all(
    const struct job *job, const struct book *book, const bool *sites)
{
	uint32_t off = 0;
	bool open;

	if (config_parse_rules(job->jobs->server->config->rules_off, &off) != 0)
		abort(); /* the configuration was checked */
	open = (off & RULE_BIT(5)) != 0 ||
	    needs_remote_care(book, sites, job->proposal.from);
	for (int32_t i = 0; !open && i < book_count(book, KIND_SITE); i++)
		open = sites[i] && has_remote_care(book, i, job->proposal.from);
	return open;
}

/* Places of the scope, and who is authorised or planned at one of them. */
static void
find_relevant(struct relevant *relevant, const struct job *job)
{
	const struct book *book = store_book(job->jobs->server->store);
	struct span scope = job->proposal.scope;
	int32_t sites = book_count(book, KIND_SITE);

	relevant->sites = xcalloc((size_t)sites, sizeof(bool));
	for (int32_t i = 0; i < sites; i++)
		relevant->sites[i] = plan_scope_has(scope, book, i);
	if (scope.len == 0 || is_open_to_all(job, book, relevant->sites))
		return;
	relevant->book = book;
	relevant->physicians =
	    xcalloc((size_t)book_count(book, KIND_PHYSICIAN), sizeof(bool));
	for (int32_t i = 0; i < sites; i++) {
		struct run run = book_site_run(book, i);

		for (size_t k = 0; relevant->sites[i] && k < run.count; k++)
			relevant->physicians[book_at(book, run.slot[k])
						 ->physician] = true;
	}
	for (int32_t i = 0; i < book_count(book, KIND_AUTHORISATION); i++) {
		const struct authorisation *authorisation =
		    (const struct authorisation *)book_entity(
			book, KIND_AUTHORISATION, i);

		if (relevant->sites[authorisation->site])
			relevant->physicians[authorisation->physician] = true;
	}
}

static bool
refers(const struct relevant *relevant, struct span line, const char *key,
    enum kind kind, const bool *among)
{
	/* Behind that the cells of older time may stand, and they are long. */
	size_t head = line.len < HEAD_MAX ? line.len : HEAD_MAX;
	const char *at = memmem(line.ptr, head, key, strlen(key));
	struct id id;
	int32_t index;

	if (at == NULL)
		return false;
	at += strlen(key);
	if (line.len - (size_t)(at - line.ptr) < ID_TEXT_LEN ||
	    !span_to_id((struct span){at, ID_TEXT_LEN}, &id))
		return true; /* not as expected: better too much */
	index = book_find(relevant->book, kind, id);
	return index == REF_NONE || among[index];
}

static bool
begins(struct span line, const char *word)
{
	size_t len = strlen(word);

	return line.len > len && memcmp(line.ptr, word, len) == 0;
}

/* Half-days, also those of older time, that a plan is not about stay out. */
static void
put_fact(void *arg, struct span line)
{
	struct writer *writer = arg;
	const struct relevant *relevant = &writer->relevant;

	if (relevant->book == NULL ||
	    !(begins(line, "assignment ") || begins(line, "older ")) ||
	    refers(relevant, line, " physician=", KIND_PHYSICIAN,
		relevant->physicians) ||
	    refers(relevant, line, " site=", KIND_SITE, relevant->sites))
		put(writer, line);
}

/* ----- the lines ----- */

static void
put_out(struct writer *writer, struct out *out)
{
	out_char(out, '\n');
	put(writer, (struct span){out->ptr, out->len});
	out->len = 0;
}

static void
put_head(struct writer *writer, const struct job *job)
{
	struct server *server = job->jobs->server;
	const struct config *config = server->config;
	const struct proposal *proposal = &job->proposal;
	char text[FACT_LINE_MAX];
	struct out out = OUT(text);
	uint32_t off = 0;

	out_literal(&out, "instance version=1 facts=yes");
	out_key_day(&out, "from", proposal->from);
	out_key_day(&out, "to", proposal->to);
	out_key_u64(&out, "now", (uint64_t)clock_real_s());
	out_key_day(&out, "full-from", book_from(store_book(server->store)));
	put_out(writer, &out);
	out_literal(&out, "travel");
	out_key_u64(&out, "road-percent", config->travel_road_factor);
	out_key_u64(&out, "fixed", config->travel_fixed_minutes);
	out_key_u64(&out, "margin", config->travel_margin_minutes);
	if (config->travel_matrix[0] != '\0')
		out_key_text(&out, "matrix", config->travel_matrix);
	put_out(writer, &out);
	if (config_parse_rules(config->rules_off, &off) != 0)
		abort(); /* the configuration was checked */
	out_literal(&out, "rules");
	out_key_u64(&out, "off", off);
	put_out(writer, &out);
}

static void
put_weight(struct writer *writer, const struct job *job,
    const struct weight *like, uint64_t value)
{
	const struct book *book = store_book(job->jobs->server->store);
	union after after = {.weight = *like};
	char text[FACT_LINE_MAX];
	struct out out = OUT(text);

	after.entity.id = id_random(); /* it stays in the instance */
	after.entity.rev = 1;
	if (after.weight.from < job->proposal.from)
		after.weight.from = job->proposal.from;
	after.weight.to = INT32_MAX;
	after.weight.value = (uint32_t)value;
	fact_line_print(&out, book, KIND_WEIGHT, &after);
	put_out(writer, &out);
}

/* A term that counts otherwise in this plan does so for everybody, also for
 * whom it has a weight of its own, and on all its days: of several weights the
 * one that begins last holds, of two that begin together the later one. */
static void
put_term(struct writer *writer, const struct job *job, struct span term,
    uint64_t value)
{
	const struct book *book = store_book(job->jobs->server->store);
	struct weight all = {
	    .territory = REF_NONE, .programme = REF_NONE, .state = "active"};

	if (term.len >= sizeof(all.term))
		return;
	memcpy(all.term, term.ptr, term.len);
	memcpy(all.source, "real", sizeof("real"));
	put_weight(writer, job, &all, value);
	for (int32_t i = 0; i < book_count(book, KIND_WEIGHT); i++) {
		const struct weight *weight =
		    (const struct weight *)book_entity(book, KIND_WEIGHT, i);

		if (span_is(term, weight->term) &&
		    strcmp(weight->state, "active") == 0)
			put_weight(writer, job, weight, value);
	}
}

static void
put_weights(struct writer *writer, const struct job *job)
{
	struct span rest = job->proposal.weights, entry, term;
	uint64_t value;

	while (span_cut(&rest, ',', &entry)) {
		(void)span_cut(&entry, ':', &term);
		if (span_to_u64(entry, UINT32_MAX, &value))
			put_term(writer, job, term, value);
	}
}

/* A line for each entry of "territory:ID,site:ID". */
static void
put_places(struct writer *writer, const char *word, struct span rest)
{
	struct span entry, kind;
	char text[256];
	struct out out = OUT(text);

	while (span_cut(&rest, ',', &entry) && entry.len > 0) {
		(void)span_cut(&entry, ':', &kind);
		out_text(&out, word);
		out_char(&out, ' ');
		out_bytes(&out, kind.ptr, kind.len);
		out_char(&out, '=');
		out_bytes(&out, entry.ptr, entry.len);
		put_out(writer, &out);
	}
}

/* A coordinator plans whom the account covers, as at adoption. */
static void
put_account(struct writer *writer, const struct job *job)
{
	const struct book *book = store_book(job->jobs->server->store);
	struct session session;
	char text[256];
	struct out out = OUT(text);

	session_init(&session);
	if (!session_adopt(&session, book,
		book_find(book, KIND_ACCOUNT, job->proposal.account)) ||
	    session.role != ROLE_COORDINATOR)
		return;
	for (unsigned i = 0; i < session.nscope; i++) {
		const struct scope *at = &session.scope[i];

		if (at->index == REF_NONE)
			continue;
		out_literal(&out, "covers");
		out_key_id(&out, kind_info(at->kind)->name,
		    book_entity(book, at->kind, at->index)->id);
		put_out(writer, &out);
	}
	session_reset(&session);
}

/* What is asked: without a scope everything. */
static void
put_question(struct writer *writer, const struct job *job)
{
	char text[256];
	struct out out = OUT(text);

	put_places(writer, "scope", job->proposal.scope);
	put_places(writer, "covers", job->covers);
	if (job->covers.len == 0)
		put_account(writer, job);
	out_literal(&out, "variant");
	out_key_text(
	    &out, "name", proposal_variant_name(job->proposal.variant));
	if (job->frozen != 0 && job->proposal.variant == PROPOSAL_FREE)
		out_key_day(&out, "frozen", job->frozen);
	put_out(writer, &out);
	if (job->locks != NULL)
		put(writer, span_of(job->locks));
}

int
job_facts_write(void *arg, struct error *error)
{
	static struct writer writer;
	const struct job *job = arg;
	const struct book *book = store_book(job->jobs->server->store);

	find_relevant(&writer.relevant, job);
	put_head(&writer, job);
	fact_line_book(book, INT32_MIN, INT32_MAX, put_fact, &writer);
	put_weights(&writer, job);
	put_question(&writer, job);
	flush(&writer);
	if (writer.failed == 0)
		return 0;
	error_set(error, "instance: %s", strerror(writer.failed));
	return -1;
}
