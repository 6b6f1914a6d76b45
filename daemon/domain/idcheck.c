/* SPDX-License-Identifier: ISC */
/*
 * idcheck: form and key of national numbers and codes.
 *
 * Both keys are Luhn's.  A Corsican FINESS number begins with 2A or 2B, whose
 * letter counts as 1 or 2; whether that is the official rule is not published,
 * so callers only warn of a wrong Corsican key.
 */
#include "daemon/domain/directory.h"

enum { RPPS_LEN = 11, FINESS_LEN = 9 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
luhn(struct span text)
{
	unsigned sum = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[text.len - 1 - i];
		unsigned digit =
		    (unsigned)(is_digit(c) ? c - '0' : c - 'A' + 1);

		if (i % 2 == 1)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 == 0;
}

enum idcheck
rpps_check(struct span text)
{
	if (text.len != RPPS_LEN)
		return ID_FORM;
	for (size_t i = 0; i < text.len; i++)
		if (!is_digit(text.ptr[i]))
			return ID_FORM;
	return luhn(text) ? ID_GOOD : ID_KEY;
}

enum idcheck
finess_check(struct span text)
{
	if (text.len != FINESS_LEN)
		return ID_FORM;
	for (size_t i = 0; i < text.len; i++) {
		bool corsica = i == 1 && text.ptr[0] == '2' &&
		    (text.ptr[i] == 'A' || text.ptr[i] == 'B');

		if (!corsica && !is_digit(text.ptr[i]))
			return ID_FORM;
	}
	return luhn(text) ? ID_GOOD : ID_KEY;
}

static bool
insee_has_form(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool letter =
		    i == 1 && (text.ptr[i] == 'A' || text.ptr[i] == 'B');

		if (!letter && !is_digit(text.ptr[i]))
			return false;
	}
	return true;
}

bool
commune_has_form(struct span text)
{
	return text.len == 5 && insee_has_form(text);
}

bool
departement_has_form(struct span text)
{
	return (text.len == 2 || text.len == 3) && insee_has_form(text);
}
