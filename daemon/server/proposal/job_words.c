/* SPDX-License-Identifier: ISC */
/*
 * job_words: lines of the planner, by the words of reason.def and the names of
 * the book.
 */
#include "daemon/server/proposal/job_words.h"

#include "daemon/base/compiler.h"
#include "daemon/domain/reason.h"
#include "daemon/server/print.h"
#include "daemon/server/proposal/job_private.h"

#include <string.h>

/* ----- names ----- */

static int32_t
find(const struct book *book, enum kind kind, struct span word)
{
	return book_resolve(
	    book, kind, kind == KIND_SITE ? job_site_id(word) : word);
}

static struct span
handle(const struct book *book, enum kind kind, struct span word,
    char id[ID_TEXT_LEN])
{
	int32_t index = find(book, kind, word);

	return index == REF_NONE
	    ? word
	    : entity_name(kind, book_entity(book, kind, index), id);
}

static void
print_person(struct out *out, const struct book *book, struct span word)
{
	int32_t index = find(book, KIND_PHYSICIAN, word);
	const struct physician *physician;

	if (index == REF_NONE) {
		out_bytes(out, word.ptr, word.len);
		return;
	}
	physician = book_physician(book, index);
	out_text(out, physician->given);
	if (physician->given[0] != '\0')
		out_char(out, ' ');
	out_text(out, physician->family);
}

static void
print_place(struct out *out, const struct book *book, struct span word)
{
	int32_t index = find(book, KIND_SITE, word);

	if (index == REF_NONE)
		out_bytes(out, word.ptr, word.len);
	else
		out_text(out, book_site(book, index)->name);
}

/* "word:number" of a list; false at its end. */
static bool
next_of(struct span *list, struct span *word, struct span *number)
{
	struct span entry;

	if (!span_cut(list, ',', &entry))
		return false;
	*word = *number = (struct span){NULL, 0};
	(void)span_cut(&entry, ':', word);
	*number = entry;
	return true;
}

/* ----- keys ----- */

/* Lists whose entries begin, or end, with an id. */
static const struct {
	const char *key;
	enum kind first, second; /* KIND_COUNT: none */
} lists[] = {
    {"others", KIND_PHYSICIAN, KIND_COUNT},
    {"sites", KIND_SITE, KIND_COUNT},
    {"elsewhere", KIND_PHYSICIAN, KIND_SITE},
};

static void
print_list(
    struct out *out, const struct book *book, size_t which, struct span list)
{
	struct span word, number;
	char id[ID_TEXT_LEN];
	bool first = true;

	out_key(out, lists[which].key);
	while (next_of(&list, &word, &number)) {
		struct span name = handle(book, lists[which].first, word, id);

		if (!first)
			out_char(out, ',');
		first = false;
		out_bytes(out, name.ptr, name.len);
		out_char(out, ':');
		if (lists[which].second != KIND_COUNT)
			number = handle(book, lists[which].second, number, id);
		out_bytes(out, number.ptr, number.len);
	}
}

static bool
is_list(struct span key, size_t *which)
{
	*which = 0;
	while (*which < ARRAY_SIZE(lists) && !span_is(key, lists[*which].key))
		++*which;
	return *which < ARRAY_SIZE(lists);
}

void
job_print_reason(
    struct out *out, const struct book *book, const struct answer *line)
{
	for (unsigned i = 0; i < line->count; i++) {
		const struct answer_pair *pair = &line->pairs[i];
		char id[ID_TEXT_LEN], key[PROTO_WORD_MAX + 1];
		struct span value = pair->value;
		size_t which;

		if (is_list(pair->key, &which)) {
			print_list(out, book, which, value);
			continue;
		}
		if (span_is(pair->key, "site"))
			value = handle(book, KIND_SITE, value, id);
		else if (span_is(pair->key, "physician") ||
		    span_is(pair->key, "best"))
			value = handle(book, KIND_PHYSICIAN, value, id);
		if (pair->key.len > PROTO_WORD_MAX)
			continue;
		memcpy(key, pair->key.ptr, pair->key.len);
		key[pair->key.len] = '\0';
		out_key_value(out, key, value);
	}
}

/* ----- sentences ----- */

enum { SITES_TOLD = 8 };

enum phrase {
	OPEN,
	OF_THEM,
	REFUSED_BY,
	AT_BEST,
	POINTS_MORE,
	GIVING_UP,
	INSTEAD,
	POINTS,
	STAY_OPEN,
	COLON,
	BRING_UP_TO,
	CONTRACT_OF,
	QUOTA_OF,
	HOLDS_BACK,
	BRING,
	TOO_MANY,
	FEW_OTHERS,
	NOBODY,
	OF_SECTOR,
	OPEN_TO_IT,
	COULD,
	COULD_MANY,
	ELSEWHERE,
	MORE_SITE,
	MORE_SITES,
	PHRASES
};

static const char *const phrases[PHRASES][LANG_COUNT] = {
    [OPEN] = {"half-days left open: ", "demi-journées non pourvues : "},
    [OF_THEM] = {"; of the physicians ", " ; parmi les médecins "},
    [REFUSED_BY] = {"refused by ", "en contradiction avec "},
    [AT_BEST] = {"; at best ", " ; au mieux "},
    [POINTS_MORE] = {" points more", " points de plus"},
    [GIVING_UP] = {", giving up other half-days: ",
	", en abandonnant d'autres demi-journées : "},
    [INSTEAD] = {"instead: ", "à sa place : "},
    [POINTS] = {" points", " points"},
    [STAY_OPEN] = {"half-days left open on ", "demi-journées non pourvues le "},
    [COLON] = {"): ", ") : "},
    [BRING_UP_TO] = {"; one more there would bring up to ",
	" ; une de plus y apporterait jusqu'à "},
    [CONTRACT_OF] = {"at the most of the contract: ",
	"au maximum du contrat : "},
    [QUOTA_OF] = {"at the most of a quota: ", "au maximum d'un quota : "},
    [HOLDS_BACK] = {"held back by the share of unscheduled care: ",
	"retenu par la part de soins non programmés : "},
    [BRING] = {"; one half-day more would bring ",
	" ; une demi-journée de plus apporterait "},
    [TOO_MANY] = {"more half-days stay open than are told one by one: ",
	"plus de demi-journées non pourvues que détaillées : "},
    [FEW_OTHERS] = {"who else could come is not told of all half-days, but "
		    "of so many: ",
	"les autres médecins possibles ne sont pas indiqués pour toutes les "
	"demi-journées, mais pour : "},
    [NOBODY] = {"; no physician is there for the places and days of the plan",
	" ; aucun médecin n'est disponible pour les lieux et jours du plan"},
    [OF_SECTOR] = {"; needed at any site of the sector ",
	" ; demandée sur un site quelconque du secteur "},
    [OPEN_TO_IT] = {", of which are open to it ", ", dont sont possibles "},
    [COULD] = {" physician could)", " médecin pourrait)"},
    [COULD_MANY] = {" physicians could)", " médecins pourraient)"},
    [ELSEWHERE] = {"; at another of them could come ",
	" ; sur un autre pourraient venir "},
    [MORE_SITE] = {" other", " autre"},
    [MORE_SITES] = {" others", " autres"},
};

/* A line that is put into words. */
struct telling {
	struct out *out;
	const struct book *book;
	const struct answer *line;
	enum lang lang;
};

static void
say(const struct telling *telling, enum phrase phrase)
{
	out_text(telling->out, phrases[phrase][telling->lang]);
}

static void
say_value(const struct telling *telling, const char *key)
{
	struct span value = answer_value(telling->line, key);

	out_bytes(telling->out, value.ptr, value.len);
}

static void
say_reasons(const struct telling *telling)
{
	struct out *out = telling->out;
	struct span list = answer_value(telling->line, "reason"), word, number;
	bool first = true;

	while (next_of(&list, &word, &number)) {
		enum reason reason = reason_find(word);

		if (first)
			say(telling, OF_THEM);
		else
			out_literal(out, ", ");
		first = false;
		out_bytes(out, number.ptr, number.len);
		out_char(out, ' ');
		if (reason != REASON_COUNT) {
			out_text(out, reason_info(reason)->text[telling->lang]);
			continue;
		}
		say(telling, REFUSED_BY);
		out_bytes(out, word.ptr, word.len);
	}
}

/* " (travel +160, half-days left open -1000)" */
static void
say_items(const struct telling *telling)
{
	struct out *out = telling->out;
	struct span list = answer_value(telling->line, "items"), word, number;
	const char *before = " (";

	while (next_of(&list, &word, &number)) {
		enum item item = item_find(word);

		out_text(out, before);
		before = ", ";
		if (item != ITEM_COUNT)
			out_text(out, item_info(item)->text[telling->lang]);
		else
			out_bytes(out, word.ptr, word.len);
		out_text(
		    out, number.len > 0 && number.ptr[0] == '-' ? " " : " +");
		out_bytes(out, number.ptr, number.len);
	}
	if (before[0] == ',')
		out_char(out, ')');
}

/* In French none is singular too. */
static bool
is_one(const struct telling *telling, struct span number)
{
	return span_is(number, "1") ||
	    (telling->lang == LANG_FR && span_is(number, "0"));
}

/* "; needed at any site of the sector S, of which are open to it A (1 physician
 * could), B (0 physicians could)" */
static void
say_sites(const struct telling *telling)
{
	struct out *out = telling->out;
	struct span list = answer_value(telling->line, "sites"), word, number;
	unsigned told = 0, more = 0;

	say(telling, OF_SECTOR);
	say_value(telling, "sector");
	while (next_of(&list, &word, &number)) {
		if (told == SITES_TOLD) {
			more++;
			continue;
		}
		if (told == 0)
			say(telling, OPEN_TO_IT);
		else
			out_literal(out, ", ");
		told++;
		print_place(out, telling->book, word);
		out_literal(out, " (");
		out_bytes(out, number.ptr, number.len);
		say(telling, is_one(telling, number) ? COULD : COULD_MANY);
	}
	if (more > 0) {
		out_literal(out, ", ");
		out_u64(out, more);
		say(telling, more == 1 ? MORE_SITE : MORE_SITES);
	}
}

static void
say_sector(const struct telling *telling)
{
	struct out *out = telling->out;
	struct span list = answer_value(telling->line, "elsewhere"), who, site;
	bool first = true;

	if (answer_value(telling->line, "sector").len == 0)
		return;
	say_sites(telling);
	while (next_of(&list, &who, &site)) {
		if (first)
			say(telling, ELSEWHERE);
		else
			out_literal(out, ", ");
		first = false;
		print_person(out, telling->book, who);
		out_literal(out, " (");
		print_place(out, telling->book, site);
		out_char(out, ')');
	}
}

static void
say_open(const struct telling *telling)
{
	const struct answer *line = telling->line;
	struct span best = answer_value(line, "best");

	say(telling, OPEN);
	say_value(telling, "count");
	/* It counts all physicians of the plan. */
	if (answer_value(line, "reason").len == 0)
		say(telling, NOBODY);
	say_reasons(telling);
	say_sector(telling);
	if (best.len == 0)
		return;
	say(telling, AT_BEST);
	print_person(telling->out, telling->book, best);
	out_literal(telling->out, ", ");
	say_value(telling, "cost");
	say(telling, POINTS_MORE);
	say_items(telling);
	if (span_is(answer_value(line, "drops"), "0"))
		return;
	say(telling, GIVING_UP);
	say_value(telling, "drops");
}

static void
say_runners(const struct telling *telling)
{
	struct out *out = telling->out;
	struct span list = answer_value(telling->line, "others"), word, number;
	bool first = true;

	if (list.len > 0)
		say(telling, INSTEAD);
	while (next_of(&list, &word, &number)) {
		if (!first)
			out_literal(out, ", ");
		first = false;
		print_person(out, telling->book, word);
		out_text(
		    out, number.len > 0 && number.ptr[0] == '-' ? " " : " +");
		out_bytes(out, number.ptr, number.len);
	}
	if (!first)
		say(telling, POINTS);
	say_sector(telling);
}

static void
say_weekday(const struct telling *telling)
{
	static const char *const words[7][1 + LANG_COUNT] = {
	    {"mon", "Monday", "lundi"},
	    {"tue", "Tuesday", "mardi"},
	    {"wed", "Wednesday", "mercredi"},
	    {"thu", "Thursday", "jeudi"},
	    {"fri", "Friday", "vendredi"},
	    {"sat", "Saturday", "samedi"},
	    {"sun", "Sunday", "dimanche"},
	};
	struct span day = answer_value(telling->line, "weekday");

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (span_is(day, words[i][0]))
			out_text(telling->out, words[i][1 + telling->lang]);
}

/* "half-days left open on Monday (CPTS-SUD, MT, MG): 40; one more ..." */
static void
say_where(const struct telling *telling)
{
	static const char *const keys[] = {
	    "territory", "activity", "specialty"};

	const char *before = " (";

	say(telling, STAY_OPEN);
	say_weekday(telling);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (answer_value(telling->line, keys[i]).len == 0)
			continue;
		out_text(telling->out, before);
		before = ", ";
		say_value(telling, keys[i]);
	}
	say(telling, COLON);
	say_value(telling, "open");
	say(telling, BRING_UP_TO);
	say_value(telling, "most");
	say(telling, POINTS);
}

static void
say_advice(const struct telling *telling)
{
	struct span kind = answer_value(telling->line, "kind");
	struct span site = answer_value(telling->line, "site");

	if (span_is(kind, "where")) {
		say_where(telling);
		return;
	}
	if (span_is(kind, "cut")) {
		bool open = answer_value(telling->line, "open").len > 0;

		say(telling, open ? TOO_MANY : FEW_OTHERS);
		say_value(telling, open ? "open" : "told");
		return;
	}
	say(telling,
	    span_is(kind, "contract")    ? CONTRACT_OF
		: span_is(kind, "quota") ? QUOTA_OF
					 : HOLDS_BACK);
	if (site.len > 0)
		print_place(telling->out, telling->book, site);
	else
		print_person(telling->out, telling->book,
		    answer_value(telling->line, "physician"));
	say(telling, BRING);
	say_value(telling, "points");
	say(telling, POINTS);
}

void
job_reason_words(struct out *out, const struct book *book,
    const struct answer *line, struct span kind, enum lang lang)
{
	const struct telling telling = {out, book, line, lang};

	if (span_is(kind, "open"))
		say_open(&telling);
	else if (span_is(kind, "runner"))
		say_runners(&telling);
	else
		say_advice(&telling);
}
