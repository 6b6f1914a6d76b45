/* SPDX-License-Identifier: ISC */
/*
 * finding: filling and printing what a rule found.
 *
 * The figures' texts are copied into the finding, since the entities that they
 * are taken from may be gone when it is printed.
 */
#include "daemon/domain/rule.h"

#include "daemon/domain/rule_private.h"

#include <stdlib.h>
#include <string.h>

enum {
	SENTENCE_MAX = 1024,
	/* Left of the finding's text for figures after a list of rooms. */
	HELD_RESERVE = 48,
	DAY_MINUTES = 1440
};

static const char *const weekday_codes[] = {
    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static const char *const weekday_words[LANG_COUNT][7] = {
    [LANG_EN] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday", "Sunday"},
    [LANG_FR] = {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi",
	"dimanche"},
};

static const char *const until[LANG_COUNT] = {
    [LANG_EN] = " until ", [LANG_FR] = " jusqu'à "};
static const char *const another_site[LANG_COUNT] = {
    [LANG_EN] = "another site", [LANG_FR] = "un autre site"};

static struct figure *
add(struct finding *finding, const char *key, enum figure_type type)
{
	struct figure *figure;

	if (finding->count == ARRAY_SIZE(finding->figures))
		abort();
	figure = &finding->figures[finding->count++];
	*figure = (struct figure){.key = key, .type = type};
	return figure;
}

static void
keep(struct finding *finding, struct figure *figure, struct span text)
{
	if (text.len > sizeof(finding->text) - finding->used)
		abort();
	figure->number = (int64_t)finding->used;
	figure->len = text.len;
	if (text.len > 0)
		memcpy(finding->text + finding->used, text.ptr, text.len);
	finding->used += text.len;
}

void
finding_number(struct finding *finding, const char *key, int64_t number)
{
	add(finding, key, FIGURE_NUMBER)->number = number;
}

void
finding_weekday(struct finding *finding, const char *key, unsigned weekday)
{
	add(finding, key, FIGURE_WEEKDAY)->number = weekday;
}

void
finding_text(struct finding *finding, const char *key, struct span text)
{
	keep(finding, add(finding, key, FIGURE_TEXT), text);
}

void
finding_day(struct finding *finding, const char *key, int32_t day)
{
	char text[16];
	struct out out = OUT(text);

	out_day(&out, day);
	finding_text(finding, key, (struct span){text, out.len});
}

void
finding_part(struct finding *finding, const struct assignment *a)
{
	char letter = part_letter((enum part)a->part);

	finding_text(finding, "part", (struct span){&letter, 1});
}

void
finding_instant(
    struct finding *finding, const char *key, int64_t instant, int offset)
{
	struct figure *figure = add(finding, key, FIGURE_INSTANT);

	figure->number = instant;
	figure->offset = offset;
}

void
finding_interval(struct finding *finding, const struct assignment *a)
{
	finding_instant(finding, "from", a->from, offset_from(a));
	finding_instant(finding, "to", assignment_to(a), offset_to(a));
}

void
finding_with(struct finding *finding, const struct assignment *a)
{
	finding->with = a->id;
	finding->with_site = a->site;
}

void
finding_site(struct finding *finding, const char *key, const struct site *site,
    bool scoped)
{
	char text[ID_TEXT_LEN];
	struct figure *figure = add(finding, key, FIGURE_TEXT);

	keep(finding, figure, entity_name(KIND_SITE, &site->entity, text));
	figure->scoped = scoped;
}

/* Minutes since midnight of the clock; east of UTC by offset minutes. */
static unsigned
clock_minute(int64_t instant, int offset)
{
	int64_t minute = ((instant + (int64_t)offset * 60) / 60) % DAY_MINUTES;

	return (unsigned)(minute < 0 ? minute + DAY_MINUTES : minute);
}

void
finding_held(
    struct finding *finding, unsigned room, int64_t instant, int offset)
{
	char text[24];
	struct out out = OUT(text);
	struct figure *figure =
	    finding->count == 0 ? NULL : &finding->figures[finding->count - 1];
	size_t room_left = sizeof(finding->text) - HELD_RESERVE - finding->used;

	if (figure == NULL || figure->type != FIGURE_HELD) {
		figure = add(finding, "held", FIGURE_HELD);
		figure->number = (int64_t)finding->used;
	} else {
		out_char(&out, ',');
	}
	out_u64(&out, room);
	out_char(&out, ' ');
	out_minute(&out, clock_minute(instant, offset));
	if (out.len + 4 > room_left) {
		/* The last one that fits is followed by "...", once. */
		if (finding->text[finding->used - 1] == '.')
			return;
		out.len = 0;
		out_literal(&out, ",...");
	}
	memcpy(finding->text + finding->used, text, out.len);
	finding->used += out.len;
	figure->len += out.len;
}

static void
print_held(struct out *out, struct span text, enum lang lang)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == ' ')
			out_text(out, until[lang]);
		else if (text.ptr[i] == ',')
			out_literal(out, ", ");
		else
			out_char(out, text.ptr[i]);
	}
}

static struct span
figure_text(const struct finding *finding, const struct figure *figure)
{
	return (struct span){finding->text + figure->number, figure->len};
}

/* Within a sentence. */
static void
print_in_text(const struct finding *finding, const struct figure *figure,
    enum lang lang, struct out *out)
{
	struct span text = figure_text(finding, figure);
	int64_t clock;

	switch (figure->type) {
	case FIGURE_NUMBER:
		out_i64(out, figure->number);
		return;
	case FIGURE_INSTANT:
		clock = figure->number + (int64_t)figure->offset * 60;
		out_day(out, (int32_t)(clock / SECONDS_PER_DAY));
		out_char(out, ' ');
		out_minute(out, clock_minute(figure->number, figure->offset));
		return;
	case FIGURE_WEEKDAY:
		out_text(out, weekday_words[lang][figure->number]);
		return;
	case FIGURE_TEXT:
		out_bytes(out, text.ptr, text.len);
		return;
	case FIGURE_HELD:
		print_held(out, text, lang);
		return;
	}
	abort();
}

/* As " key=value". */
static void
print_pair(
    const struct finding *finding, const struct figure *figure, struct out *out)
{
	char text[SENTENCE_MAX];
	struct out held = OUT(text);

	switch (figure->type) {
	case FIGURE_NUMBER:
		out_key(out, figure->key);
		out_i64(out, figure->number);
		return;
	case FIGURE_INSTANT:
		out_key(out, figure->key);
		out_instant(out, figure->number, figure->offset);
		return;
	case FIGURE_WEEKDAY:
		out_key_text(out, figure->key, weekday_codes[figure->number]);
		return;
	case FIGURE_TEXT:
		out_key_value(out, figure->key, figure_text(finding, figure));
		return;
	case FIGURE_HELD:
		print_held(&held, figure_text(finding, figure), LANG_EN);
		out_key_value(out, figure->key, (struct span){text, held.len});
		return;
	}
	abort();
}

/* Who is told, in which language. */
struct reader {
	const struct book *book;
	enum lang lang;
	bool with_visible;
};

/* The other assignment's site, if the reader may know it; else empty. */
static struct span
with_site(const struct finding *finding, const struct reader *reader,
    char text[ID_TEXT_LEN])
{
	if (!reader->with_visible || finding->with_site == REF_NONE)
		return (struct span){NULL, 0};
	return entity_name(KIND_SITE,
	    book_entity(reader->book, KIND_SITE, finding->with_site), text);
}

/* What stands in braces: the key of a figure, or "site". */
static void
print_name(const struct finding *finding, const struct reader *reader,
    struct span name, struct out *out)
{
	char id[ID_TEXT_LEN];
	struct span site;

	for (unsigned i = 0; i < finding->count; i++) {
		const struct figure *figure = &finding->figures[i];

		if (!span_is(name, figure->key))
			continue;
		if (figure->scoped && !reader->with_visible)
			out_text(out, another_site[reader->lang]);
		else
			print_in_text(finding, figure, reader->lang, out);
		return;
	}
	if (!span_is(name, "site"))
		abort();
	site = with_site(finding, reader, id);
	if (site.len > 0)
		out_bytes(out, site.ptr, site.len);
	else
		out_text(out, another_site[reader->lang]);
}

static void
print_sentence(const struct finding *finding, const struct reader *reader,
    const char *key, const char *const sentence[LANG_COUNT], struct out *out)
{
	char text[SENTENCE_MAX];
	struct out made = OUT(text);
	struct span rest = span_of(sentence[reader->lang]), part;

	/* Plain text up to a brace, then a name up to its end, and so on. */
	while (span_cut(&rest, '{', &part)) {
		out_bytes(&made, part.ptr, part.len);
		if (span_cut(&rest, '}', &part))
			print_name(finding, reader, part, &made);
	}
	out_key_value(out, key, (struct span){text, made.len});
}

void
finding_print_text(const struct finding *finding, const struct book *book,
    enum lang lang, bool with_visible, struct out *out)
{
	const struct reader reader = {book, lang, with_visible};
	const struct rule_text *text =
	    rule_text(finding->rule, finding->variant);

	if (text == NULL)
		abort();
	print_sentence(finding, &reader, "text", text->text, out);
}

void
finding_print(const struct finding *finding, const struct book *book,
    enum lang lang, bool with_visible, struct out *out)
{
	const struct reader reader = {book, lang, with_visible};
	const struct rule_text *text =
	    rule_text(finding->rule, finding->variant);
	char id[ID_TEXT_LEN];
	struct span site = with_site(finding, &reader, id);

	if (text == NULL)
		abort();
	out_key_id(out, "slot", finding->slot);
	if (with_visible && !id_is_nil(finding->with))
		out_key_id(out, "with", finding->with);
	if (site.len > 0)
		out_key_value(out, "site", site);
	for (unsigned i = 0; i < finding->count; i++)
		if (with_visible || !finding->figures[i].scoped)
			print_pair(finding, &finding->figures[i], out);
	print_sentence(finding, &reader, "text", text->text, out);
	print_sentence(finding, &reader, "source", text->source, out);
	print_sentence(finding, &reader, "remedy", text->remedy, out);
}
