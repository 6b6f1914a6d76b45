/* SPDX-License-Identifier: ISC */
/*
 * verb_plan_proof: plan proof - the files with which anybody reckons the cost
 * and the bound of a plan anew, in lines of a few thousand bytes.
 *
 * The instance holds facts of everybody whom the planner had to know of, homes
 * among them, and the proof is void without one of them: so only an admin, who
 * is told all that, reads it.
 */
#include "daemon/server/proposal/verb_plan.h"

#include "daemon/base/mem.h"
#include "daemon/server/dispatch.h"
#include "daemon/server/reply.h"
#include "daemon/server/server.h"

#include <string.h>

enum {
	SLICE = 4000, /* bytes of a line, each of which may become two */
	/* Of the character in the midst of which a slice might end. */
	BEYOND = 3,
	AT_MAX = 1 << 30
};

STATIC_ASSERT(2 * SLICE + 128 < PROTO_LINE_MAX);

struct proving {
	struct plan_call call;
	enum proof_file file;
	unsigned limit;    /* lines */
	uint64_t at, size; /* bytes before the page, and of all */
};

size_t
plan_proof_slice(struct span bytes, size_t most)
{
	size_t len = most;
	const char *end;

	if (bytes.len <= most)
		return bytes.len;
	end = memrchr(bytes.ptr, '\n', most);
	if (end != NULL)
		return (size_t)(end - bytes.ptr) + 1;
	while (len > 1 && ((unsigned char)bytes.ptr[len] & 0xC0) == 0x80)
		len--;
	return len;
}

static void
on_bytes(void *arg, enum status status, struct span bytes)
{
	struct proving *proving = arg;
	struct conn *conn = proving->call.conn;
	unsigned count = 0;

	if (!plan_call_goes_on(&proving->call, status))
		return;
	for (; bytes.len > 0 && count < proving->limit; count++) {
		size_t len = plan_proof_slice(bytes, SLICE);
		struct out *out = reply_data(conn, PROTO_LINE_MAX);

		out_key_u64(out, "at", proving->at);
		out_key_value(out, "text", (struct span){bytes.ptr, len});
		reply_end(conn);
		proving->at += len;
		bytes.ptr += len;
		bytes.len -= len;
	}
	plan_call_page(&proving->call, count,
	    count > 0 && proving->at < proving->size ? proving->at : 0);
}

static void
proof_found(struct plan_call *call, const struct proposal *plan)
{
	struct proving *proving = (struct proving *)call;
	struct proof_filter filter;
	enum status status;

	if (proving->file == PROOF_INSTANCE &&
	    call->conn->session.role != ROLE_ADMIN) {
		plan_call_refuse(call, STATUS_SCOPE, "instance", NULL);
		return;
	}
	proving->size = plan->proof[proving->file];
	if (proving->size == 0) {
		plan_call_refuse(call, STATUS_NOT_FOUND, "proof",
		    "a plan of which plan show says kept=yes");
		return;
	}
	filter = (struct proof_filter){.plan = call->plan,
	    .file = proving->file,
	    .from = proving->at,
	    .limit = proving->limit * SLICE + BEYOND};
	status = proposals_proof(
	    proposals_of(call->conn), &filter, on_bytes, proving);
	if (status != STATUS_OK)
		plan_call_refuse(call, status, NULL, NULL);
}

void
read_plan_proof(struct conn *conn, const struct request *request)
{
	struct proving *proving;
	enum proof_file file;
	uint64_t at;

	if (!proof_file_find(request_value(request, KEY_KIND)->text, &file)) {
		reply_refuse(
		    conn, STATUS_VALUE, SPAN("kind"), "one of instance plan");
		return;
	}
	if (!plan_take_number(conn, request, AT_MAX, &at))
		return;
	proving = xcalloc(1, sizeof(*proving));
	proving->file = file;
	proving->at = at;
	proving->limit =
	    (unsigned)request_number(request, KEY_LIMIT, PROTO_PAGE_DEFAULT);
	plan_call_begin(&proving->call, conn, request, proof_found);
}
