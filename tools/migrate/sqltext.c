/* SPDX-License-Identifier: ISC */
/*
 * sqltext: the lexical rules of PostgreSQL, as far as a semicolon needs them.
 */
#include "tools/migrate/sqltext.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct reader {
	struct span text;
	size_t at;
	unsigned parentheses;
	unsigned body;    /* BEGIN ATOMIC and CASE not yet ended */
	struct span last; /* the word before */
};

static bool
is_word_start(char c)
{
	return isalpha((unsigned char)c) || c == '_' || (unsigned char)c > 127;
}

static bool
is_word(char c)
{
	return is_word_start(c) || isdigit((unsigned char)c) || c == '$';
}

static char
peek(const struct reader *reader, size_t ahead)
{
	size_t at = reader->at + ahead;

	if (at >= reader->text.len)
		return '\0';
	return reader->text.ptr[at];
}

static void
skip_line_comment(struct reader *reader)
{
	while (reader->at < reader->text.len && peek(reader, 0) != '\n')
		reader->at++;
}

static void
skip_block_comment(struct reader *reader)
{
	unsigned depth = 0;

	while (reader->at < reader->text.len) {
		if (peek(reader, 0) == '/' && peek(reader, 1) == '*') {
			depth++;
			reader->at += 2;
		} else if (peek(reader, 0) == '*' && peek(reader, 1) == '/') {
			reader->at += 2;
			if (--depth == 0)
				return;
		} else {
			reader->at++;
		}
	}
}

/* Blanks and comments. */
static void
skip_space(struct reader *reader)
{
	while (reader->at < reader->text.len) {
		if (isspace((unsigned char)peek(reader, 0)))
			reader->at++;
		else if (peek(reader, 0) == '-' && peek(reader, 1) == '-')
			skip_line_comment(reader);
		else if (peek(reader, 0) == '/' && peek(reader, 1) == '*')
			skip_block_comment(reader);
		else
			return;
	}
}

/* A doubled quote is two quoted texts side by side: nothing to do for it. */
static void
skip_quoted(struct reader *reader, char quote, bool escapes)
{
	reader->at++;
	while (reader->at < reader->text.len) {
		char c = reader->text.ptr[reader->at++];

		if (c == quote)
			return;
		if (c == '\\' && escapes && reader->at < reader->text.len)
			reader->at++;
	}
}

/* At a '$': a dollar quote with all that it holds, or the one byte. */
static void
skip_dollar(struct reader *reader)
{
	const char *begin = reader->text.ptr + reader->at;
	size_t left = reader->text.len - reader->at, tag = 1;
	const char *end;

	if (tag < left && is_word_start(begin[tag]))
		while (tag < left && is_word(begin[tag]) && begin[tag] != '$')
			tag++;
	if (tag >= left || begin[tag] != '$') {
		reader->at++;
		return;
	}
	tag++;
	end = memmem(begin + tag, left - tag, begin, tag);
	reader->at = end == NULL ? reader->text.len
				 : (size_t)(end - reader->text.ptr) + tag;
}

static bool
word_is(struct span word, const char *name)
{
	return word.len == strlen(name) &&
	    strncasecmp(word.ptr, name, word.len) == 0;
}

/* A word, with the quoted text that an E or a U& before it begins. */
static void
read_word(struct reader *reader)
{
	struct span word = {reader->text.ptr + reader->at, 0};

	while (word.len < reader->text.len - reader->at &&
	    is_word(word.ptr[word.len]))
		word.len++;
	reader->at += word.len;
	if (peek(reader, 0) == '\'') {
		skip_quoted(reader, '\'', word_is(word, "e"));
		return;
	}
	if (reader->body > 0
		? word_is(word, "case")
		: word_is(word, "atomic") && word_is(reader->last, "begin"))
		reader->body++;
	else if (reader->body > 0 && word_is(word, "end"))
		reader->body--;
	reader->last = word;
}

/* Reads on by one token; true when it was the semicolon of the statement. */
static bool
read_token(struct reader *reader)
{
	char c = peek(reader, 0);

	switch (c) {
	case '\'':
	case '"':
		skip_quoted(reader, c, false);
		return false;
	case '$':
		skip_dollar(reader);
		return false;
	case '(':
		reader->parentheses++;
		break;
	case ')':
		if (reader->parentheses > 0)
			reader->parentheses--;
		break;
	case ';':
		reader->at++;
		return reader->parentheses == 0 && reader->body == 0;
	default:
		if (is_word_start(c)) {
			read_word(reader);
			return false;
		}
	}
	reader->at++;
	return false;
}

bool
sql_next(struct span *rest, struct span *statement)
{
	struct reader reader = {*rest, 0, 0, 0, {NULL, 0}};
	bool ended = false;
	size_t begin;

	skip_space(&reader);
	while (peek(&reader, 0) == ';') { /* empty statements are none */
		reader.at++;
		skip_space(&reader);
	}
	begin = reader.at;
	while (reader.at < reader.text.len && !ended) {
		ended = read_token(&reader);
		if (!ended)
			skip_space(&reader);
	}
	*statement = (struct span){
	    rest->ptr + begin, reader.at - begin - (ended ? 1 : 0)};
	rest->ptr += reader.at;
	rest->len -= reader.at;
	return statement->len > 0;
}

bool
sql_begins(struct span statement, const char *words)
{
	struct reader reader = {statement, 0, 0, 0, {NULL, 0}};

	for (;;) {
		size_t len = strcspn(words, " ");

		skip_space(&reader);
		if (len > statement.len - reader.at ||
		    strncasecmp(statement.ptr + reader.at, words, len) != 0)
			return false;
		reader.at += len;
		if (reader.at < statement.len && is_word(peek(&reader, 0)))
			return false;
		words += len;
		if (*words == '\0')
			return true;
		words++;
	}
}

/* Bytes that continue a character are not counted. */
static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

struct sql_place
sql_place(struct span text, size_t offset)
{
	struct sql_place place = {1, 1, {text.ptr, 0}};
	size_t begin = 0;

	if (offset > text.len)
		offset = text.len;
	for (size_t i = 0; i < offset; i++) {
		if (text.ptr[i] == '\n') {
			place.line++;
			place.column = 1;
			begin = i + 1;
		} else if (!is_continuation(text.ptr[i])) {
			place.column++;
		}
	}
	place.source.ptr = text.ptr + begin;
	while (begin + place.source.len < text.len &&
	    place.source.ptr[place.source.len] != '\n')
		place.source.len++;
	return place;
}

size_t
sql_offset(struct span text, size_t character)
{
	size_t offset = 0;

	while (character > 1 && offset < text.len) {
		offset++;
		while (offset < text.len && is_continuation(text.ptr[offset]))
			offset++;
		character--;
	}
	return offset;
}
