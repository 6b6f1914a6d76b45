/* SPDX-License-Identifier: ISC */
/*
 * scope_kit: see scope_kit.h.
 */
#include "tests/integration/scope_kit.h"

#include "daemon/base/mem.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 24, WORD_MIN = 5 /* the mark is no secret */ };

struct word {
	const char *name;
	char *value; /* owned */
};

struct half {
	struct word words[WORDS];
	size_t count;
	struct talk *territory, *programme, *both, *physician, *desk;
};

struct scope {
	struct town *town;
	struct talk *admin, *regulator, *auditor;
	struct half halves[SCOPE_HALVES];
};

const char *
scope_account_name(enum scope_account account)
{
	static const char *const names[] = {
	    [SCOPE_ADMIN] = "admin",
	    [SCOPE_TERRITORY] = "coordinator of the territory",
	    [SCOPE_PROGRAMME] = "coordinator of the programme",
	    [SCOPE_OTHER] = "coordinator of the other half",
	    [SCOPE_PHYSICIAN] = "the physician",
	    [SCOPE_OTHER_PHYSICIAN] = "another physician",
	    [SCOPE_DESK] = "the desk",
	    [SCOPE_OTHER_DESK] = "another desk",
	    [SCOPE_REGULATOR] = "regulator",
	    [SCOPE_AUDITOR] = "auditor",
	};

	return names[account];
}

static void NORETURN
die(const char *ask, const char *answer)
{
	fprintf(stderr, "scope: %s: %s\n", ask, answer);
	abort();
}

/* ----- words ----- */

static const struct word *
find(const struct half *half, const char *name, size_t len)
{
	for (size_t i = 0; i < half->count; i++)
		if (strlen(half->words[i].name) == len &&
		    memcmp(half->words[i].name, name, len) == 0)
			return &half->words[i];
	return NULL;
}

static void
add(struct half *half, const char *name, const char *value)
{
	if (half->count == WORDS)
		die(name, "too many words");
	half->words[half->count++] = (struct word){name, xstrdup(value)};
}

/* What stands between the braces. */
static const char *
value_of(const struct scope *scope, unsigned half, const char *name, size_t len)
{
	static const char other[] = "other-";
	const struct word *word;

	if (name[0] == '+' || name[0] == '-')
		return town_day((int)strtol(name, NULL, 10));
	if (len >= sizeof(other) && memcmp(name, other, strlen(other)) == 0) {
		half = 1 - half;
		name += strlen(other);
		len -= strlen(other);
	}
	word = find(&scope->halves[half], name, len);
	if (word == NULL)
		die("no such word", name);
	return word->value;
}

char *
scope_fill(const struct scope *scope, unsigned half, const char *text)
{
	char *out = xstrdup("");

	while (*text != '\0') {
		size_t plain = strcspn(text, "{");
		const char *end = strchr(text + plain, '}'), *value = "";
		char *more;

		if (end != NULL)
			value = value_of(scope, half, text + plain + 1,
			    (size_t)(end - text) - plain - 1);
		more = xasprintf("%s%.*s%s", out, (int)plain, text, value);
		free(out);
		out = more;
		text = end != NULL ? end + 1 : text + plain;
	}
	return out;
}

const char *
scope_told(const struct scope *scope, unsigned half, const char *question,
    const char *line)
{
	const struct half *h = &scope->halves[half];

	for (size_t i = 0; i < h->count; i++)
		if (strlen(h->words[i].value) >= WORD_MIN &&
		    strstr(line, h->words[i].value) != NULL &&
		    strstr(question, h->words[i].value) == NULL)
			return h->words[i].value;
	return NULL;
}

char *
scope_unknown(const struct scope *scope, unsigned half, const char *line)
{
	/* As long as an id, and nobody's. */
	static const char nobody[] = "00000000-0000-4000-8000-000000000000";
	const struct half *h = &scope->halves[half];
	char *out = xstrdup(line);

	for (size_t i = 0; i < h->count; i++) {
		char *at = strstr(out, h->words[i].value);

		if (at == NULL || strlen(h->words[i].value) != strlen(nobody))
			continue;
		for (size_t k = 0; nobody[k] != '\0'; k++)
			at[k] = nobody[k];
	}
	return out;
}

/* ----- the two halves ----- */

static const char *
ask(const struct scope *scope, unsigned half, const char *text)
{
	char *line = scope_fill(scope, half, text);
	const char *answer = talk_ask(scope->admin, "%s", line);

	if (!line_begins(answer, "ok"))
		die(line, answer);
	free(line);
	return answer;
}

/* Asks, and keeps what the answer has as `key`. */
static void
ask_for(struct scope *scope, unsigned half, const char *key, const char *name,
    const char *text)
{
	char *value = line_value(ask(scope, half, text), key);

	if (value == NULL)
		die(text, "no such key");
	add(&scope->halves[half], name, value);
	free(value);
}

static void
name_all(struct scope *scope, unsigned half)
{
	static const char *const codes[][SCOPE_HALVES] = {
	    {"CPTS-EAST", "CPTS-WEST"}, {"SECTOR-EAST", "SECTOR-WEST"},
	    {"PROG-EAST", "PROG-WEST"}, {"STRUCT-EAST", "STRUCT-WEST"},
	    {"area-east", "area-west"}, {"16106", "87085"},
	    {"TURN-EAST", "TURN-WEST"}};
	static const char *const names[] = {"territory", "sector", "programme",
	    "structure", "area", "commune", "rotation"};
	struct half *h = &scope->halves[half];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		add(h, names[i], codes[i][half]);
	add(h, "site", town_finess(half));
	add(h, "bus", town_finess(2 + half));
	add(h, "physician", town_rpps(half));
	add(h, "mate", town_rpps(2 + half));
	add(h, "new", town_finess(4 + half));
}

static void
found(struct scope *scope, unsigned half)
{
	static const char *const lines[] = {
	    "territory put code={territory} kind=cpts",
	    "territory put code={sector} kind=sector",
	    "programme put code={programme}",
	    "structure put code={structure} kind=CSNP",
	    "site put finess={site} name=S territory={territory}"
	    " sector={sector} structure={structure} commune={commune}"
	    " rooms=9 hours=\"mon-sun M 09:00-12:00 A 14:00-18:00\"",
	    "site put finess={bus} name=B territory={territory} kind=mobile",
	    "physician put rpps={physician} family=F home={commune}",
	    "physician put rpps={mate} family=F",
	    "authorisation put physician={physician} site={site} kind=mission"
	    " from=2020-01-01",
	    "authorisation put physician={mate} site={site} kind=mission"
	    " from=2020-01-01",
	    "enrolment put physician={physician} programme={programme}"
	    " from=2020-01-01",
	    "enrolment put physician={mate} programme={programme}"
	    " from=2020-01-01",
	    "availability put physician={physician} kind=preferred"
	    " pattern=\"mon M\" from={+0}",
	    "busy put physician={physician} structure={structure}"
	    " pattern=\"sat M\" from={+0}",
	    "absence put physician={physician} from={+40} to={+41}"
	    " category=SICK",
	    "quota put physician={physician} period=week min=1 from={+0}",
	    "need put site={site} pattern=\"wed A\" from={+0}",
	    "presence put site={site} staff=nurse pattern=\"mon M\""
	    " from={+0}",
	    "closure put site={site} from={+60} to={+61}",
	    "opening put site={site} from={+62} to={+62}"
	    " hours=\"mon-sun M 10:00-11:00\"",
	    "stop put site={bus} pattern=\"mon M\" from={+0}"
	    " commune={commune}",
	    "holiday put area={area} kind=public from={+70} to={+70}",
	    "zone put commune={commune} kind=gp class=ZIP from=2020-01-01",
	    "weight put territory={territory} term=travel value=3 from={+0}",
	};

	name_all(scope, half);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		ask(scope, half, lines[i]);
}

static void
plan(struct scope *scope, unsigned half)
{
	ask_for(scope, half, "slot", "slot",
	    "slot assign physician={physician} site={site} day={+8} part=M"
	    " activity=VAD state=published");
	ask_for(scope, half, "slot", "draft",
	    "slot assign physician={physician} site={site} day={+9} part=M"
	    " activity=VAD");
	ask_for(scope, half, "slot", "with",
	    "slot assign physician={mate} site={site} day={+10} part=M"
	    " activity=VAD state=published");
	ask_for(scope, half, "slot", "past",
	    "slot assign physician={physician} site={site} day={-14} part=M"
	    " activity=VAD state=published");
	ask_for(scope, half, "slot", "snp",
	    "slot assign physician={mate} site={site} day={+11} part=M"
	    " activity=SNP state=published");
	ask_for(
	    scope, half, "place", "place", "place hold slot={snp} number=2");
	ask_for(
	    scope, half, "place", "taken", "place take slot={snp} number=3");
	ask(scope, half,
	    "rotation put code={rotation} site={site} pattern=\"sun M\""
	    " from={+20} to={+33} physicians={physician},{mate}");
	ask(scope, half,
	    "slot assign physician={physician} site={site} day={+13} part=M"
	    " programme={programme}");
	ask(scope, half,
	    "slot assign physician={mate} site={site} day={+14} part=M");
	ask_for(scope, half, "mark", "mark",
	    "slot publish site={site} from={+14} to={+14}");
	ask_for(scope, half, "account", "account",
	    "account invite role=desk scope=site:{site}");
}

/* What proves it: it speaks of the site. */
static void
prove(struct scope *scope, const char *plan, const char *site)
{
	pgcluster_run(scope->town->sql,
	    "INSERT INTO rota.plan_proof (plan, file, at, piece)"
	    " SELECT '%s', f, 0, 'site %s' FROM unnest(ARRAY['instance',"
	    " 'plan']) f",
	    plan, site);
	pgcluster_run(scope->town->sql,
	    "UPDATE rota.plan SET proof_instance = n, proof_plan = n"
	    " FROM (SELECT max(octet_length(piece)) FROM rota.plan_proof) s (n)"
	    " WHERE id = '%s'",
	    plan);
}

/* A proposal of one line for the territory, as a planner would leave it. */
static void
propose(struct scope *scope, unsigned half)
{
	char *day = scope_fill(scope, half, "{+15}");
	char *territory = scope_fill(scope, half, "{territory}");
	char *mate = scope_fill(scope, half, "{mate}");
	char *site = scope_fill(scope, half, "{site}"), *plan;

	plan = pgcluster_text(scope->town->sql,
	    "INSERT INTO rota.plan (id, state, variant, \"from\", \"to\", "
	    "scope,"
	    " weights, seconds, max_phases, max_gap, threads, seed, daemon, "
	    "lines)"
	    " SELECT gen_random_uuid(), 'done', 'fill', '%s', '%s'::date + 6,"
	    " 'territory:' || t.id, '', 60, 0, 0, 1, 1, gen_random_uuid(), 1"
	    " FROM rota.territory t WHERE t.code = '%s' RETURNING id",
	    day, day, territory);
	pgcluster_run(scope->town->sql,
	    "INSERT INTO rota.plan_line (plan, number, action, slot, physician,"
	    " site, day, part, activity)"
	    " SELECT '%s', 1, 'put', gen_random_uuid(), p.id, s.id, '%s', 'A',"
	    " 'MT' FROM rota.physician p, rota.site s"
	    " WHERE p.rpps = '%s' AND s.finess = '%s'",
	    plan, day, mate, site);
	prove(scope, plan, site);
	add(&scope->halves[half], "plan", plan);
	free(plan);
	free(day);
	free(territory);
	free(mate);
	free(site);
}

/* ----- accounts ----- */

static struct talk *
log_in(const struct scope *scope, unsigned half, const char *keys)
{
	struct talk *talk = town_talk(scope->town, 0);
	char *filled = scope_fill(scope, half, keys), *code;
	const char *answer =
	    talk_ask(scope->admin, "account invite %s", filled);

	code = line_value(answer, "code");
	if (code == NULL)
		die(filled, answer);
	answer = talk_ask(talk, "auth code=%s", code);
	if (!line_begins(answer, "ok"))
		die("auth", answer);
	free(code);
	free(filled);
	return talk;
}

static void
invite(struct scope *scope, unsigned half)
{
	struct half *h = &scope->halves[half];

	h->territory =
	    log_in(scope, half, "role=coordinator scope=territory:{territory}");
	h->programme =
	    log_in(scope, half, "role=coordinator scope=programme:{programme}");
	h->both = log_in(scope, half,
	    "role=coordinator scope=territory:{territory},"
	    "programme:{programme}");
	h->physician =
	    log_in(scope, half, "role=physician physician={physician}");
	h->desk = log_in(scope, half, "role=desk scope=site:{site}");
}

struct scope *
scope_new(struct pgcluster *cluster)
{
	struct scope *scope = xcalloc(1, sizeof(*scope));

	scope->town = town_new(cluster);
	town_start(
	    scope->town, 0, NULL, "hold-time = 1h\nrules-off = H05 H16 H21\n");
	scope->admin = town_talk(scope->town, 0);
	for (unsigned half = 0; half < SCOPE_HALVES; half++)
		found(scope, half);
	for (unsigned half = 0; half < SCOPE_HALVES; half++)
		plan(scope, half);
	for (unsigned half = 0; half < SCOPE_HALVES; half++)
		propose(scope, half);
	for (unsigned half = 0; half < SCOPE_HALVES; half++)
		invite(scope, half);
	scope->regulator = log_in(scope, 0, "role=regulator");
	scope->auditor = log_in(scope, 0, "role=auditor");
	return scope;
}

static void
free_half(struct half *half)
{
	for (size_t i = 0; i < half->count; i++)
		free(half->words[i].value);
	talk_free(half->territory);
	talk_free(half->programme);
	talk_free(half->both);
	talk_free(half->physician);
	talk_free(half->desk);
}

void
scope_free(struct scope *scope)
{
	for (unsigned half = 0; half < SCOPE_HALVES; half++)
		free_half(&scope->halves[half]);
	talk_free(scope->admin);
	talk_free(scope->regulator);
	talk_free(scope->auditor);
	town_free(scope->town);
	free(scope);
}

struct talk *
scope_talk(const struct scope *scope, unsigned half, enum scope_account account)
{
	const struct half *own = &scope->halves[half];
	const struct half *other = &scope->halves[1 - half];

	switch (account) {
	case SCOPE_ADMIN:
		return scope->admin;
	case SCOPE_TERRITORY:
		return own->territory;
	case SCOPE_PROGRAMME:
		return own->programme;
	case SCOPE_OTHER:
		return other->both;
	case SCOPE_PHYSICIAN:
		return own->physician;
	case SCOPE_OTHER_PHYSICIAN:
		return other->physician;
	case SCOPE_DESK:
		return own->desk;
	case SCOPE_OTHER_DESK:
		return other->desk;
	case SCOPE_REGULATOR:
		return scope->regulator;
	case SCOPE_AUDITOR:
	case SCOPE_ACCOUNTS:
		break;
	}
	return scope->auditor;
}
