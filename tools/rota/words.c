/* SPDX-License-Identifier: ISC */
/* words: see words.h. */
#include "tools/rota/words.h"

#include "daemon/base/mem.h"

#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
is_language(const char *name, size_t len, const char *language)
{
	size_t size = strlen(language);

	return len >= size && strncmp(name, language, size) == 0 &&
	    (len == size || strchr("_.@", name[size]) != NULL);
}

enum lang
words_language(const char *locale, const char *language)
{
	if (locale == NULL || *locale == '\0' || strcmp(locale, "C") == 0 ||
	    strcmp(locale, "POSIX") == 0)
		return LANG_EN;
	if (language == NULL || *language == '\0')
		language = locale;
	/* the first of "fr_FR:en" that there are texts in */
	while (*language != '\0') {
		size_t len = strcspn(language, ":");

		if (is_language(language, len, "fr"))
			return LANG_FR;
		if (is_language(language, len, "en"))
			return LANG_EN;
		language += len;
		language += strspn(language, ":");
	}
	return LANG_EN;
}

static const char *
messages_locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0')
			return value;
	}
	return NULL;
}

enum lang
words_init(void)
{
	const char *folder = getenv("TEXTDOMAINDIR");
	enum lang lang = words_language(messages_locale(), getenv("LANGUAGE"));

	(void)setlocale(LC_ALL, "");
	(void)setlocale(LC_NUMERIC, "C");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	/* A locale that is not installed: gettext looks at LANGUAGE if only the
	 * locale is not plain "C". */
	if (lang == LANG_FR && strcmp(setlocale(LC_MESSAGES, NULL), "C") == 0)
		(void)setlocale(LC_MESSAGES, "C.UTF-8");
	(void)setenv("LANGUAGE", lang == LANG_FR ? "fr" : "en", 1);
	(void)bindtextdomain(
	    "rota", folder != NULL ? folder : rota_locale_folder);
	(void)bind_textdomain_codeset("rota", "UTF-8");
	(void)textdomain("rota");
	return lang;
}

void
complain(const char *fmt, ...)
{
	va_list args;

	fflush(stdout); /* in the order in which it happened */
	fputs("rota: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

void
span_copy(struct span span, char *text, size_t size)
{
	size_t len = span.len < size ? span.len : size - 1;

	if (len > 0)
		memcpy(text, span.ptr, len);
	text[len] = '\0';
}

char *
span_dup(struct span span)
{
	char *text = xmalloc(span.len + 1);

	span_copy(span, text, span.len + 1);
	return text;
}
