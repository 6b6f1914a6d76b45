/* SPDX-License-Identifier: ISC */
/*
 * rota_tls_test: whom the client believes - a private authority, a certificate
 * of the right name, and nobody else.
 */
#include "tests/integration/rota_kit.h"

#include "daemon/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes an authority ca.pem and a certificate of it for these names
 * ("DNS:localhost,IP:127.0.0.1"), which the daemon takes. */
static void
certify(struct seat *seat, struct daemon *daemon, const char *names)
{
	seat_run(seat, 0,
	    "set -e\n"
	    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
	    "-nodes -subj '/CN=rota test authority' -days 2 "
	    "-keyout ca.key -out ca.pem\n"
	    "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
	    "-subj '/CN=rotad' -keyout key.pem -out request.pem\n"
	    "printf 'subjectAltName=%s\\n' >extensions\n"
	    "openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key "
	    "-set_serial 7 -days 2 -extfile extensions -out cert.pem\n"
	    "cp key.pem cert.pem '%s'",
	    names, daemon_folder(daemon));
	daemon_hup(daemon);
	daemon_expect_log(daemon, "config reloaded");
}

static struct daemon *
tls_daemon(void)
{
	return kit_daemon_with((struct daemon_options){.tls = true});
}

START_TEST(a_private_authority_is_believed)
{
	struct daemon *daemon = tls_daemon();
	struct seat *seat = seat_new(daemon);
	unsigned port = daemon_tls_port(daemon);

	certify(seat, daemon, "DNS:localhost,IP:127.0.0.1");
	seat_run(seat, 0, "rota --tls --ca ca.pem -s localhost:%u ping", port);
	seat_run(seat, 0, "rota --tls --ca ca.pem -s 127.0.0.1:%u ping", port);
	/* long answers, and many of them, come through */
	seat_run(seat, 0,
	    "rota --tls --ca ca.pem -s 127.0.0.1:%u --json verbs | "
	    "jq -e '.rows | length > 20'",
	    port);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_wrong_name_is_refused)
{
	struct daemon *daemon = tls_daemon();
	struct seat *seat = seat_new(daemon);
	unsigned port = daemon_tls_port(daemon);

	certify(seat, daemon, "DNS:rota.example.org");
	seat_run(seat, 3, "rota --tls --ca ca.pem -s localhost:%u ping", port);
	seat_err_has(seat, "certificate");
	seat_run(seat, 3, "rota --tls --ca ca.pem -s 127.0.0.1:%u ping", port);
	seat_err_has(seat, "certificate");
	/* the name alone is not enough for an address, nor the other way */
	certify(seat, daemon, "DNS:localhost");
	seat_run(seat, 0, "rota --tls --ca ca.pem -s localhost:%u ping", port);
	seat_run(seat, 3, "rota --tls --ca ca.pem -s 127.0.0.1:%u ping", port);
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(an_unknown_authority_is_refused)
{
	struct daemon *daemon = tls_daemon();
	struct seat *seat = seat_new(daemon);
	unsigned port = daemon_tls_port(daemon);

	certify(seat, daemon, "DNS:localhost,IP:127.0.0.1");
	seat_run(seat, 3, "rota --tls -s 127.0.0.1:%u ping", port);
	seat_err_has(seat, "certificate");
	/* another authority of the same name */
	seat_run(seat, 0,
	    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
	    "-nodes -subj '/CN=rota test authority' -days 2 -keyout x.key "
	    "-out other.pem");
	seat_run(
	    seat, 3, "rota --tls --ca other.pem -s 127.0.0.1:%u ping", port);
	seat_err_has(seat, "certificate");
	seat_run(
	    seat, 3, "rota --tls --ca none.pem -s 127.0.0.1:%u ping", port);
	seat_err_has(seat, "none.pem");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(tls_is_not_taken_for_plain_text)
{
	struct daemon *daemon = tls_daemon();
	struct seat *seat = seat_new(daemon);

	/* a listener that speaks TLS only, then one that does not */
	seat_run(seat, 3, "rota --timeout=5 -s 127.0.0.1:%u ping",
	    daemon_tls_port(daemon));
	seat_err_has(seat, "; if it expects TLS there, add --tls\n");
	seat_run(seat, 3, "rota --timeout=5 --tls -s 127.0.0.1:%u ping",
	    daemon_port(daemon));
	seat_run(
	    seat, 0, "rota --no-tls -s 127.0.0.1:%u ping", daemon_port(daemon));
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

START_TEST(a_profile_carries_the_authority)
{
	struct daemon *daemon = tls_daemon();
	struct seat *seat = seat_new(daemon);

	certify(seat, daemon, "IP:127.0.0.1");
	seat_run(seat, 0,
	    "rota --json account invite role=auditor | jq -r .answer.code "
	    ">code");
	seat_run(seat, 0,
	    "unset ROTA_SERVER; rota --tls --ca ca.pem -s 127.0.0.1:%u "
	    "login <code",
	    daemon_tls_port(daemon));
	seat_run(seat, 0, "unset ROTA_SERVER; cd /; rota whoami");
	seat_out_has(seat, "auditor");
	seat_free(seat);
	daemon_free(daemon);
}
END_TEST

static void
add_tests(TCase *all)
{
	tcase_add_test(all, a_private_authority_is_believed);
	tcase_add_test(all, a_wrong_name_is_refused);
	tcase_add_test(all, an_unknown_authority_is_refused);
	tcase_add_test(all, tls_is_not_taken_for_plain_text);
	tcase_add_test(all, a_profile_carries_the_authority);
}

int
main(void)
{
	return kit_main("rota_tls", add_tests);
}
