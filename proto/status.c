/* SPDX-License-Identifier: ISC */
/* status: status.def and rule.def as tables. */
#include "proto/status.h"

struct status_info {
	enum status_class class;
	const char *code;
	const char *text[LANG_COUNT];
};

static const struct status_info infos[STATUS_COUNT] = {
#define STATUS(SYMBOL, class, code, english, french)                           \
	[STATUS_##SYMBOL] = {CLASS_##class, code, {english, french}},
#include "proto/status.def"
#undef STATUS
#define RULE(ID, moment) [STATUS_##ID] = {CLASS_NO, #ID, {"", ""}},
#include "proto/rule.def"
#undef RULE
};

enum status_class
status_class(enum status status)
{
	return infos[status].class;
}

const char *status_class_name(enum status_class class)
{
	static const char *const names[] = {
	    [CLASS_OK] = "ok",
	    [CLASS_BAD] = "bad",
	    [CLASS_NO] = "no",
	    [CLASS_FAIL] = "fail",
	};

	return names[class];
}

const char *
status_code(enum status status)
{
	return infos[status].code;
}

const char *
status_text(enum status status, enum lang lang)
{
	return infos[status].text[lang];
}
