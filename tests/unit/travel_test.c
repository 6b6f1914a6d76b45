/* SPDX-License-Identifier: ISC */
/*
 * travel_test: distances, the default rule, and the matrix file.
 */
#include "daemon/domain/travel.h"

#include "tests/unit/domain_support.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct travel_rule rule = {130, 10, 15};
static char path[64];

static void
make_path(void)
{
	snprintf(path, sizeof(path), "/tmp/rota-travel-test.XXXXXX");
	ck_assert_int_ge(close(mkstemp(path)), 0);
}

static void
remove_path(void)
{
	unlink(path);
}

static void
write_file(const char *text)
{
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static struct site
site_at(unsigned n, int32_t lat, int32_t lon)
{
	struct site site = test_site(n);

	site.lat = lat;
	site.lon = lon;
	return site;
}

/* The own place of a site. */
static struct place
place_of(const struct site *site)
{
	return (struct place){.site = site,
	    .commune = site->commune,
	    .lat = site->lat,
	    .lon = site->lon};
}

static unsigned
minutes(const struct travel *travel, const struct site *a, const struct site *b)
{
	struct place from = place_of(a), to = place_of(b);

	return travel_minutes(travel, &from, &to);
}

START_TEST(great_circles)
{
	/* A degree of a meridian on the mean sphere: 111.195 km. */
	ck_assert(fabs(travel_metres(4500000, 0, 4600000, 0) - 111195) < 1);
	/* Bordeaux to Poitiers, town halls: 208 km. */
	ck_assert(fabs(travel_metres(4483789, -57918, 4658022, 34037) -
		      207000) < 3000);
	ck_assert(travel_metres(4483789, -57918, 4483789, -57918) == 0);
	/* Half around, over the pole and over the date line. */
	ck_assert(fabs(travel_metres(9000000, 0, -9000000, 0) - 20015115) < 10);
	ck_assert(fabs(travel_metres(0, 17950000, 0, -17950000) - 111195) < 1);
}
END_TEST

START_TEST(minutes_follow_the_distance)
{
	struct error error = {""};
	struct travel *travel = travel_new(&rule, NULL, &error);
	struct site a = site_at(1, 4500000, 0);
	struct site b = site_at(2, 4600000, 0);
	struct site near = site_at(3, 4500001, 0);

	ck_assert_ptr_nonnull(travel);
	ck_assert_uint_eq(travel_margin(travel), 15);
	/* ceil(111.195 x 1.3) + 10 */
	ck_assert_uint_eq(minutes(travel, &a, &b), 155);
	ck_assert_uint_eq(minutes(travel, &b, &a), 155);
	/* A metre away is another place. */
	ck_assert_uint_eq(minutes(travel, &a, &near), 11);
	ck_assert_uint_eq(minutes(travel, &a, &a), 0);
	travel_free(travel);
}
END_TEST

START_TEST(one_place_takes_no_time)
{
	struct error error = {""};
	struct travel *travel = travel_new(&rule, "", &error);
	struct site a = site_at(1, 4500000, 0), b = site_at(2, 4500000, 0);
	struct site unknown = site_at(3, 0, 0), other = site_at(4, 0, 0);

	ck_assert_uint_eq(minutes(travel, &a, &b), 0);
	/* Without coordinates: one commune is one place, another is not. */
	ck_assert_uint_eq(minutes(travel, &unknown, &other), 10);
	SET(other.commune, unknown.commune);
	ck_assert_uint_eq(minutes(travel, &unknown, &other), 0);
	unknown.commune[0] = other.commune[0] = '\0';
	ck_assert_uint_eq(minutes(travel, &unknown, &other), 10);
	/* One known, one not. */
	SET(unknown.commune, a.commune);
	ck_assert_uint_eq(minutes(travel, &a, &unknown), 10);
	travel_free(travel);
}
END_TEST

START_TEST(a_matrix_goes_first)
{
	struct error error = {""};
	struct site a = site_at(750712184, 4500000, 0);
	struct site b = site_at(330781196, 4600000, 0);
	struct site c = site_at(690781810, 4500000, 0);
	struct site nameless = site_at(7, 4500000, 0);
	struct place place, at_b = place_of(&b);
	struct stop stop = {.site = 0};
	struct travel *travel;
	char text[256], id[ID_TEXT_LEN + 1] = "";

	nameless.finess[0] = '\0';
	id_to_text(nameless.entity.id, id);
	snprintf(text, sizeof(text),
	    "from,to,minutes\n750712184,330781196,42\n"
	    "330781196,750712184,47\r\n750712184,690781810,5\n"
	    "690781810,750712184,0\n%s,750712184,8\n750712184,%s,9",
	    id, id);
	write_file(text);
	travel = travel_new(&rule, path, &error);
	ck_assert_msg(travel != NULL, "%s", error.text);
	ck_assert_uint_eq(minutes(travel, &a, &b), 42);
	ck_assert_uint_eq(minutes(travel, &b, &a), 47);
	/* Even between two sites at one point. */
	ck_assert_uint_eq(minutes(travel, &a, &c), 5);
	ck_assert_uint_eq(minutes(travel, &c, &a), 0);
	ck_assert_uint_eq(minutes(travel, &nameless, &a), 8);
	ck_assert_uint_eq(minutes(travel, &a, &nameless), 9);
	/* A pair that it does not hold. */
	ck_assert_uint_eq(minutes(travel, &b, &c), 155);
	ck_assert_uint_eq(minutes(travel, &a, &a), 0);
	/* Where a vehicle stops, the matrix does not know it. */
	place = place_of(&a);
	place.stop = &stop;
	place.lat = b.lat;
	ck_assert_uint_eq(travel_minutes(travel, &place, &at_b), 0);
	place.lat = c.lat;
	ck_assert_uint_eq(travel_minutes(travel, &place, &at_b), 155);
	travel_free(travel);
}
END_TEST

static const struct {
	const char *text, *error;
} wrong[] = {
    {"", "the file is empty"},
    {"a,b,c\n", "line 1: "},
    {"750712184,330781196,42\n", "line 1: "},
    {"from,to,minutes\n\n", "line 2: "},
    {"from,to,minutes\n750712184,330781196\n", "line 2: minutes"},
    {"from,to,minutes\n750712184,33078119,42\n", "line 2: two FINESS"},
    {"from,to,minutes\n750712184,330781196,42\n330781196,750712184,-1\n",
	"line 3: minutes"},
    {"from,to,minutes\n750712184,330781196,1441\n", "line 2: minutes"},
    {"from,to,minutes\n750712184,330781196,42,1\n", "line 2: minutes"},
    {"from,to,minutes\n750712184,750712184,1\n", "line 2: a site"},
    {"from,to,minutes\n750712184,330781196,42\n330781196,750712184,47\n"
     "750712184,330781196,42\n",
	"line 4: the pair"},
    {"from,to,minutes\n750712184,330781196,42\n330781196,750712184,47\n"
     "690781810,330781196,42\n950047225,330781196,42\n"
     "950047225,690781810,42\n950047225,750712184,42\n"
     "690781810,750712184,42\n810004421,750712184,42\n"
     "810004421,330781196,42\n810004421,690781810,42\n",
	"line 4: the other direction"},
};

START_TEST(a_wrong_matrix_says_which_line)
{
	struct error error = {""};
	char expected[256];

	write_file(wrong[_i].text);
	ck_assert_ptr_null(travel_new(&rule, path, &error));
	snprintf(expected, sizeof(expected), "%s: %s", path, wrong[_i].error);
	ck_assert_msg(strncmp(error.text, expected, strlen(expected)) == 0,
	    "%s", error.text);
}
END_TEST

START_TEST(a_missing_matrix_is_said)
{
	struct error error = {""};

	ck_assert_ptr_null(travel_new(&rule, "/nonexistent/m.csv", &error));
	ck_assert_ptr_nonnull(strstr(error.text, "/nonexistent/m.csv: "));
	ck_assert_ptr_null(travel_new(&rule, "/", &error));
	ck_assert_ptr_nonnull(strstr(error.text, "directory"));
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("travel");

	tcase_add_checked_fixture(tcase, make_path, remove_path);
	tcase_add_test(tcase, great_circles);
	tcase_add_test(tcase, minutes_follow_the_distance);
	tcase_add_test(tcase, one_place_takes_no_time);
	tcase_add_test(tcase, a_matrix_goes_first);
	tcase_add_loop_test(
	    tcase, a_wrong_matrix_says_which_line, 0, (int)ARRAY_SIZE(wrong));
	tcase_add_test(tcase, a_missing_matrix_is_said);
	return test_main("travel", &tcase, 1);
}
