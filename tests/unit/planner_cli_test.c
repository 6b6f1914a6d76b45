/* SPDX-License-Identifier: ISC */
/*
 * planner_cli_test: the program itself.  What it says, where, with which exit
 * status; that it ends in time, at a gap and by a signal with a plan that the
 * checker takes; and that a record repeats a run.
 */
#include "daemon/base/compiler.h"
#include "daemon/base/mem.h"
#include "tests/unit/planner_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/planner-cli.XXXXXX";

/* Files "in" and "bad" in a folder of its own. */
static void
set_up(void)
{
	struct town_plan plan = {5, 8, 3, 3, 4, true, true};
	struct town town;
	char name[64];
	FILE *file;

	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	town_make(&town, &plan);
	snprintf(name, sizeof(name), "%s/in", folder);
	file = fopen(name, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(town.text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	town_free(&town);
	snprintf(name, sizeof(name), "%s/bad", folder);
	file = fopen(name, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs("nonsense\n", file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void
tear_down(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	/* NOLINTNEXTLINE(cert-env33-c) */
	ck_assert_int_eq(system(command), 0);
}

/* The shell's exit status, in the folder; $P is the program. */
static int
shell(const char *script)
{
	const char *build = getenv("ROTA_BUILD_DIR");
	char *command = xasprintf("cd %s && P=%s/rota-planner && { %s; }",
	    folder, build != NULL ? build : ".", script);
	int status;

	/* NOLINTNEXTLINE(cert-env33-c) */
	status = system(command);
	free(command);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* A town "in" of one physician and one half-day, which a lock keeps. */
#define LOCKED(state)                                                          \
	"printf 'instance version=1 from=2001-01-01 weeks=1\\nweights "        \
	"travel=2 preference=0 dislike=0 anchor=0 week-short=0 "               \
	"horizon-short=0 unfair=0 presence=0 presence-parts=M levels=1000\\n"  \
	"activity id=MT factor=1000\\nsite id=s value=9 rooms=1\\n"            \
	"need site=s day=2001-01-01 part=A activity=MT count=1\\n"             \
	"physician id=p skills=MT week-min=0 week-max=5 horizon-min=0 "        \
	"horizon-max=5 day-max=3 fair-share=0\\n"                              \
	"reach physician=p site=s minutes=20 preference=0\\n"                  \
	"free physician=p week=2001-01-01 parts=A,-,-,-,-,-,-\\n"              \
	"lock physician=p site=s day=2001-01-01 part=A activity=MT "           \
	"state=" state "\\n' >in"

/* Plans a and b are the same; how much is told of them may be a matter of time.
 */
#define SAME                                                                   \
	"for f in a b; do sed -E '/^(open|runner|advice|end) /d' $f "          \
	">$f.plan; "                                                           \
	"done && cmp a.plan b.plan"

/* An instance "in" of 300 physicians, so that its model takes a while. */
#define LARGE                                                                  \
	"awk 'BEGIN { print \"instance version=1 from=2001-01-01 weeks=8\\n"   \
	"weights travel=2 preference=40 dislike=150 anchor=0 week-short=0 "    \
	"horizon-short=400 unfair=0 presence=700 presence-parts=MA "           \
	"levels=1000,700\\nactivity id=MT factor=1000\"; "                     \
	"for (s = 0; s < 60; s++) print \"site id=s\" s \" value=800 "         \
	"rooms=2\"; "                                                          \
	"for (s = 0; s < 60; s++) for (d = 1; d <= 28; d++) "                  \
	"for (p = 0; p < 2; p++) print \"need site=s\" s "                     \
	"\" day=2001-01-\" (d < 10 ? 0 : \"\") d \" part=\" (p ? \"A\" : "     \
	"\"M\") \" activity=MT count=2\"; "                                    \
	"for (n = 0; n < 300; n++) { print \"physician id=p\" n \" skills=MT " \
	"week-min=0 week-max=5 horizon-min=10 horizon-max=20 day-max=2 "       \
	"fair-share=0\"; "                                                     \
	"for (k = 0; k < 12; k++) print \"reach physician=p\" n \" site=s\" "  \
	"(n * 7 + k * 5) % 60 \" minutes=\" 10 + k * 5 \" preference=0\"; "    \
	"for (w = 1; w <= 22; w += 7) print \"free physician=p\" n "           \
	"\" week=2001-01-\" (w < 10 ? 0 : \"\") w "                            \
	"\" parts=MA,MA,MA,MA,MA,-,-\" } }' >in && "

/* A run without an end, which a signal ends once it is under way. */
#define SIGNALLED(signal)                                                      \
	"timeout -s " signal " -k 60 240 $P -q --progress --time 600 --out a " \
	"in >out & "                                                           \
	"until grep -q '^progress phase=[1-9]' out 2>err; do kill -0 $! && "   \
	"sleep 0.02 || exit 9; done; "                                         \
	"kill -" signal " $! && wait $!"

/* Waits until a condition holds; the program in the background must live. */
#define UNTIL(condition)                                                       \
	"until " condition "; do kill -0 $! && sleep 0.02 || exit 9; done; "

/* Until the program is prepared for signals. */
#define PREPARED UNTIL("grep -q '^SigCgt:.*[4567cdef]...$' /proc/$!/status")

/* A run that has no plan yet gets a signal: it says so, and leaves nothing. */
#define ENDED_EARLY(signal)                                                    \
	"kill -" signal " $!; wait $!; s=$?; "                                 \
	"grep -q 'ended by a signal before there was a plan' err && "          \
	"[ ! -s out ] && [ ! -e a ] && [ -z \"$(ls a.* 2>/dev/null)\" ] && "   \
	"exit $s"

/* The plans a and b, what explains them aside: for that there is not always
 * time. */
#define ALIKE                                                                  \
	"for i in a b; do grep -v -e ^open -e ^runner -e ^advice -e ^end $i "  \
	">$i.plan; done; cmp a.plan b.plan"

static const struct {
	const char *script;
	int status;
} runs[] = {
    {"$P 2>err || { s=$?; grep -q ^usage: err; exit $s; }", 2},
    {"$P --threads none in 2>err", 2},
    {"$P --nonsense in 2>err", 2},
    {"$P --check in 2>err", 2},
    {"$P none 2>err || { s=$?; grep -q 'none: No such file' err; exit $s; }",
	1},
    {"$P bad 2>err || { s=$?; grep -q 'bad: line 1: nonsense is not' err; "
     "exit $s; }",
	1},
    {"$P --check in bad 2>err", 1},
    /* What would mean nothing is not taken. */
    {"$P --phases 1 --check in in 2>err || { s=$?; grep -q ^usage: err; "
     "exit $s; }",
	2},
    {"$P --check --serve in in 2>err <err", 2},
    {"$P --serve --threads 2 in 2>err <err", 2},
    {"$P -q --serve in 2>err <err", 2},
    {"$P --out a --check in in 2>err; s=$?; [ ! -e a ] && exit $s", 2},
    {"$P . 2>err || { s=$?; grep -q '[.]: Is a directory$' err; exit $s; }", 1},
    {"$P --check in . 2>err || { s=$?; grep -q '[.]: Is a dir' err; exit $s; }",
	1},
    /* Progress goes to standard error, or where it is asked for. */
    {"$P --phases 2 --out a in >out 2>err && [ $(wc -l <out) = 1 ] && "
     "grep -q '^progress phase=[0-9]* cost=[0-9]* bound=[-0-9]* "
     "bound-gap=[0-9]*[.][0-9]* time=[0-9]*[.][0-9]* cpu=' err && "
     "[ $(grep -c '^progress phase=0 ' err) = 1 ] && "
     "[ $(grep -c '^progress phase=2 ' err) = 1 ]",
	0},
    {"$P -q --progress --phases 2 --out a in >out && "
     "[ $(grep -c '^progress phase=[02] ' out) = 2 ]",
	0},
    /* Not more often than somebody can look. */
    {"$P -q --progress --time 1 --out a in >out && "
     "n=$(grep -c ^progress out) && [ $n -ge 2 ] && [ $n -le 23 ]",
	0},
    {"$P -q --progress in 2>err", 2},
    {"$P -q --progress --out - in 2>err", 2},
    /* Without a name the plan stands before the result. */
    {"$P -q --phases 2 in >a && head -n 1 a | grep -q '^plan ' && "
     "tail -n 1 a | grep -q '^result ' && [ $(ls | wc -l) = 3 ] && "
     "$P --check in a >out",
	0},
    {"$P -q --phases 2 --out - in >a && $P --check in a >out && "
     "$P -q --phases 2 --out b in >out && head -n -1 a | cmp - b",
	0},
    {"$P -q --phases 2 --out /dev/stdout in | cat >a && "
     "$P --check in a >out",
	0},
    /* It is whole or not there, and what was there stays till then. */
    {"echo old >a; ! $P -q --phases 2 --out /dev/full in 2>err >out && "
     "! $P -q --phases 2 --out none/a in 2>err >out && "
     "! (ulimit -f 1; trap '' XFSZ; $P -q --phases 2 --out a in 2>err >out) && "
     "[ $(cat a) = old ] && [ $(ls -d a.* 2>/dev/null | wc -l) = 0 ]",
	0},
    {"$P -q --phases 2 --out none/a in 2>err | grep result; "
     "grep -q 'none/a: No such file' err",
	0},
    {"cp in x && $P -q --phases 2 --out x x 2>err", 1},
    {"echo old >t && ln -s t a && chmod 640 t && "
     "$P -q --phases 2 --out a in >out && [ -L a ] && "
     "[ $(stat -c %a t) = 640 ] && $P --check in t >out",
	0},
    {"seq 99999 >a && exec 5<>a && rm a && "
     "$P -q --phases 2 --out /dev/fd/5 in >out && "
     "cat /dev/fd/5 >b && $P --check in b >out",
	0},
    {"$P -q --phases 2 --out a in >out && sed '$d' a >b && "
     "$P --check in b 2>err || { s=$?; grep -q 'it is cut' err; exit $s; }",
	1},
    {"$P -q --phases 2 --out a in >out && sed '/^open/d' a >b && "
     "$P --check in b 2>err || { s=$?; grep -q missing err; exit $s; }",
	1},
    {"$P -q --phases 2 --out a in >out && echo 'term term=S1 key=a count=0 "
     "points=0' | cat a - >b && $P --check in b 2>err",
	1},
    {"$P --help | grep -q ^usage && $P --version | grep -q ^rota-planner", 0},
    {"$P -q --phases 2 in | tail -n 1 | grep -q '^result cost=[0-9]* "
     "bound=[-0-9]* bound-gap=[0-9]*[.][0-9][0-9][0-9] phases=2 "
     "time=[0-9]*[.][0-9][0-9][0-9]$'",
	0},
    /* Standard input is the same instance. */
    {"$P -q --phases 3 --out a in >out && "
     "$P -q --phases 3 --out b - <in >out && cmp a b",
	0},
    {"$P -q --phases 3 --out a in >out && $P --check in a >out", 0},
    /* A plan that claims something else, or has a half-day twice. */
    {"$P -q --phases 3 --out a in >out && "
     "sed '1s/cost=/cost=1/' a >b && $P --check in b 2>err",
	3},
    {"$P -q --phases 3 --out a in >out && "
     "sed -e '/^assign/p' -e '/^end/d' a | grep -v -e ^open -e ^runner -e "
     "^advice >b && $P --check in b 2>err",
	3},
    /* It stops at the gap, and in time. */
    {"$P -q --gap 99.9 --out a in >out && $P --check in a >out && "
     "grep -q 'phases=[01] ' out",
	0},
    {"timeout 60 $P -q --time 0.2 --out a in >out && $P --check in a >out", 0},
    /* A record is not to be contradicted. */
    {"$P -q --phases 2 --out a in >out && "
     "$P -q --replay a --time 1 in >out 2>err",
	2},
    {"$P -q --phases 2 --out a in >out && "
     "$P -q --replay a --seed 2 in >out 2>err",
	2},
    /* While it builds, it records how far it came. */
    {"$P -q --time 0 --out a in >out && grep -q '^plan .* sweeps=[0-9]*$' a && "
     "grep -q 'phases=0 ' out && $P -q --replay a --out b in >out && " SAME,
	0},
    {"$P -q --phases 2 --out a in >out && sed '1s/sweeps=.*/sweeps=7/' a >b && "
     "$P -q --replay b --out c in >out && grep -q '^plan .* sweeps=7$' c && "
     "$P --check in c >out",
	0},
    {"timeout 60 $P -q --time 0 --out a in >out && $P --check in a >out", 0},
    /* Between two half-days that stay, one costs less than nothing. */
    {"printf 'instance version=1 from=2001-01-01 weeks=1\\nweights travel=2 "
     "preference=0 dislike=0 anchor=0 week-short=0 horizon-short=0 unfair=0 "
     "presence=0 presence-parts=M levels=1000\\npair first=M second=A "
     "gap=0\\npair first=A second=E gap=0\\nactivity id=MT factor=1000\\n"
     "site id=s value=9 rooms=1\\nneed site=s day=2001-01-01 part=A "
     "activity=MT count=1\\nphysician id=p skills=MT week-min=0 week-max=5 "
     "horizon-min=0 horizon-max=5 day-max=3 fair-share=0\\nreach physician=p "
     "site=s minutes=20 preference=0\\nfree physician=p week=2001-01-01 "
     "parts=A,-,-,-,-,-,-\\nheld physician=p site=s day=2001-01-01 part=M\\n"
     "held physician=p site=s day=2001-01-01 part=E\\n' >in && "
     "$P -q --phases 1 --out a in >out && grep -q cost=-80 out && "
     "$P --check in a >out",
	0},
    /* Nobody can bring what would let others come: its price has no bound, and
     * is not told as what a half-day brings. */
    {"printf 'instance version=1 from=2001-01-01 weeks=1\\nweights travel=2 "
     "preference=0 dislike=0 anchor=0 week-short=0 horizon-short=0 unfair=0 "
     "presence=0 presence-parts=M levels=1000\\nminority physicians=no "
     "sites=yes\\nactivity id=MT factor=1000\\nactivity id=SNP factor=1000 "
     "unscheduled=yes\\nsite id=s value=900 rooms=9\\n' >in && "
     "for n in '1 part=M activity=SNP' '1 part=A activity=SNP' "
     "'2 part=M activity=SNP' '2 part=A activity=SNP' '3 part=A activity=MT'; "
     "do echo \"need site=s day=2001-01-0$n count=1\"; done >>in && "
     "printf 'physician id=p skills=SNP week-min=0 week-max=5 horizon-min=0 "
     "horizon-max=5 day-max=3 fair-share=0\\nreach physician=p site=s "
     "minutes=20 preference=0\\nfree physician=p week=2001-01-01 "
     "parts=MA,MA,MA,-,-,-,-\\n' >>in && $P -q --phases 2 --out a in >out && "
     "grep -q '^advice kind=where weekday=wed activity=MT open=1 points=900 "
     "most=900$' a",
	0},
    /* A lock that can be kept is no conflict, whoever says so. */
    {LOCKED("keep") " && $P -q --phases 1 --out a in >out && "
		    "! grep -q ^conflict a && $P --check in a >out",
	0},
    {LOCKED("keep") " && $P -q --phases 1 --out a in >out && sed "
		    "'/^assign/{s/assign/conflict/;s/$/ why=limit/;}' a >b && "
		    "$P --check in b 2>err || "
		    "{ s=$?; grep -q 'the lock is no conflict' err; exit $s; }",
	3},
    {LOCKED("keep") " && sed 's/day-max=3/day-max=0/' in >o && "
		    "$P -q --phases 1 --out a o >out && grep -q ^conflict a && "
		    "$P --check o a >out",
	0},
    {LOCKED("keep") " && sed '/^free/s/=A/=E/' in >o && "
		    "$P -q --phases 1 --out a o >out && grep -q ^conflict a && "
		    "$P --check o a >out",
	0},
    /* What is not told is not done; who is not listened to still plans. */
    {"$P -q --phases 1 --out a in >/dev/full 2>err", 1},
    {"$P -q --phases 1 in >/dev/full 2>err", 1},
    {"$P --phases 30 --out a in 2>&1 >out | true; "
     "$P --check in a >out",
	0},
    /* A record repeats a run that time has ended, with any threads. */
    {"$P -q --time 0.3 --threads 2 --out a in >out && "
     "$P -q --replay a --threads 1 --out b in >out && " SAME,
	0},
    /* A signal is heard while the instance comes, and does not. */
    {"mkfifo f && exec 7<>f && head -n 5 in >&7 && "
     "{ $P -q --out a - <f >out 2>err & } && " PREPARED ENDED_EARLY("TERM"),
	4},
    {"mkfifo f && exec 7<>f && head -c 9999 in >&7 && "
     "{ $P -q --out a f >out 2>err & } && " PREPARED ENDED_EARLY("INT"),
	4},
    {"mkfifo f && exec 7<>f && $P -q --phases 1 --out b in >out && "
     "head -n 5 b >&7 && >out && "
     "{ $P -q --replay f --out a in >out 2>err & } && " PREPARED ENDED_EARLY(
	 "TERM"),
	4},
    /* While it waits for whoever shall read the plan. */
    {"mkfifo f && { $P -q --out f in >out 2>err & } && " PREPARED ENDED_EARLY(
	 "TERM"),
	4},
    /* While the model is made; or, if that was sooner, with a plan. */
    {LARGE " { $P -q --out a in >out 2>err & } && " UNTIL(
	 "ls a.* >/dev/null 2>&1") "kill -TERM $!; wait $!; s=$?; "
				   "[ -z \"$(ls a.* 2>/dev/null)\" ] && "
				   "case $s in 0) $P --check in a >out;; "
				   "4) [ ! -e a ] && grep -q signal err;; "
				   "*) false;; esac",
	0},
    /* A signal ends it with a plan. */
    {SIGNALLED("TERM") " && $P --check in a >out", 0},
    {SIGNALLED("TERM") " && grep -q ^term a && ! grep -q ^runner a && "
		       "tail -n 1 a | grep -q ^end",
	0},
    {SIGNALLED("INT") " && $P --check in a >out", 0},
};

START_TEST(as_it_is_said)
{
	ck_assert_msg(shell(runs[_i].script) == runs[_i].status, "not %d: %s",
	    runs[_i].status, runs[_i].script);
}
END_TEST

int
main(void)
{
	TCase *tcase = tcase_create("cli");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, as_it_is_said, 0, (int)ARRAY_SIZE(runs));
	return planner_main("planner_cli", tcase);
}
