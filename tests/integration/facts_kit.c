/* SPDX-License-Identifier: ISC */
/*
 * facts_kit: see facts_kit.h.
 */
#include "tests/integration/facts_kit.h"

#include "daemon/base/mem.h"

#include <stdlib.h>

struct town *
facts_village(unsigned daemons, struct client **admin)
{
	static const struct dialogue more[] = {
	    {"programme put code=CSTM", "ok programme=CSTM ..."},
	    {"programme put code=OTHER name=O from=2030-01-01 to=2031-12-31",
		"ok programme=OTHER ..."},
	    {"territory put code=SECTOR kind=sector", "ok ..."},
	    {"site put finess=" BUS " kind=mobile territory=T-SUD", "ok ..."},
	};
	struct town *town = view_hamlet(daemons);

	*admin = daemon_operator(town->daemon[0]);
	view_found(*admin);
	VIEW_RUN(*admin, more);
	view_tell_all(town, *admin);
	return town;
}

void
facts_count(
    struct client *client, const char *ask, const char *more, unsigned count)
{
	char *answer = xasprintf("ok count=%u ...", count);

	client_send(client, "%s %s", ask, more);
	(void)client_expect_after(client, answer);
	free(answer);
}
