# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154,SC2034 # shared with run, both ways
#
# lib.sh: the servers of the benchmark, and figures out of what programs print;
# to be sourced by tests/bench/run.

# ---- figures --------------------------------------------------------------

# value KEY LINE: the value of key=value in a line.
value() {
	local word
	for word in $2; do
		if [ "${word%%=*}" = "$1" ]; then
			printf '%s\n' "${word#*=}"
			return
		fi
	done
	die "no $1= in: $2"
}

# note NAME VALUE: one measurement, of which figure takes the median.
note() {
	printf '%s\n' "$2" >>"$work/figures.$1"
	printf '  %-26s %s\n' "$1" "$2"
}

figure() {
	[ -f "$work/figures.$1" ] || { echo 0; return; }
	sort -g "$work/figures.$1" | awk '{ v[NR] = $1 } END {
		n = int((NR + 1) / 2)
		print NR % 2 ? v[n] : (v[n] + v[n + 1]) / 2 }'
}

# Least and greatest, to show how far the rounds lie apart.
spread() {
	[ -f "$work/figures.$1" ] || { echo -; return; }
	sort -g "$work/figures.$1" | awk 'NR == 1 { a = $1 } { b = $1 }
		END { f = b < 1000 ? "%g..%g\n" : "%.0f..%.0f\n"
			printf f, a, b }'
}

calc() {
	awk "BEGIN { printf \"%.${2:-2}f\n\", $1 }"
}

# ---- waiting --------------------------------------------------------------

# The first line that comes through a pipe within so many seconds.
first_line() {
	local line=
	read -r -t "$2" line <"$1" || true
	printf '%s\n' "$line"
}

# ends PID SECONDS: whether the process has ended by then.
ends() {
	local i
	for ((i = 0; i < $2 * 20; i++)); do
		kill -0 "$1" 2>/dev/null || return 0
		read -r -t 0.05 <>"$work/never" || true
	done
	return 1
}

stop_process() {
	[ -n "$1" ] || return 0
	kill -TERM "$1" 2>/dev/null || return 0
	ends "$1" 10 || kill -KILL "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}

# ---- PostgreSQL -----------------------------------------------------------

sql() { # DATABASE SQL
	psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$PRIVATE_PG_HOST" -U postgres \
		-d "$1" -c "$2"
}

conninfo() { # DATABASE [USER]
	printf 'host=%s user=%s dbname=%s' "$PRIVATE_PG_HOST" \
		"${2:-postgres}" "$1"
}

# create_database NAME: migrated and empty.
create_database() {
	sql postgres "CREATE DATABASE $1"
	"$build/rota-migrate" -d "$(conninfo "$1")" \
		-m "$source_dir/migrations" apply \
		--grant rotad --create-login >>"$work/migrate.log" 2>&1 ||
		die "rota-migrate failed: $(tail -n 1 "$work/migrate.log")"
}

# make_database NAME SEED-OPTION...: migrated and filled; sets seeded.
make_database() {
	local name=$1
	shift
	create_database "$name"
	seeded=$("$build/rota-bench" seed --database="$(conninfo "$name")" \
		"$@" | tail -n 1)
	printf '  %s\n' "$seeded"
}

# pgbench_tps SCRIPT CLIENTS SECONDS OPTION...: transactions per second, with
# the planner's settings of a daemon's sessions.
pgbench_tps() {
	local script=$1 clients=$2 seconds=$3 log=$work/pgbench.log
	shift 3
	PGOPTIONS='-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off' \
		"$(postgres_bin)/pgbench" -h "$PRIVATE_PG_HOST" -U postgres -n \
		-M prepared -c "$clients" -j 2 -T "$seconds" \
		-f "$here/$script" "$@" nation >"$log" 2>&1 ||
		die "pgbench: $(grep -m 1 -i error "$log")"
	sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$log"
}

# ---- rotad ----------------------------------------------------------------

declare -A rotad_pid rotad_plain rotad_tls rotad_unix rotad_ready_ms

# Nobody is authorised anywhere in most databases, nor has offered a half-day.
rules_off='H05 H21'

# rotad_start NAME DATABASE [COMMAND...]: starts one, under a command if given,
# and waits until its book is loaded: rotad_ready_ms from its start on.
rotad_start() {
	local name=$1 database=$2 conf=$work/$1.conf begin line
	shift 2
	rotad_stop "$name"
	cat >"$conf" <<-CONF
		database = $(conninfo "$database" rotad)
		listen = 127.0.0.1:0
		listen-tls = 127.0.0.1:0
		tls-certificate = $work/tls.pem
		tls-key = $work/tls.key
		listen-unix = $work/$name.sock
		connections-per-address = 20000
		connections-per-account = 20000
		idle-timeout = 0
		log-level = warn
		rules-off = $rules_off
	CONF
	rm -f "$work/$name.ready"
	mkfifo "$work/$name.ready"
	begin=$(date +%s%N)
	"$@" "$build/rotad" -c "$conf" -r 9 9<>"$work/$name.ready" \
		2>>"$work/$name.log" &
	rotad_pid[$name]=$!
	line=$(first_line "$work/$name.ready" 120)
	[ -n "$line" ] || die "rotad does not start: $(tail -n 3 "$work/$name.log")"
	rotad_ready_ms[$name]=$((($(date +%s%N) - begin) / 1000000))
	rotad_plain[$name]=127.0.0.1:$(value port "$line")
	rotad_tls[$name]=127.0.0.1:$(value tls "$line")
	rotad_unix[$name]=$(value unix "$line")
}

rotad_stop() {
	stop_process "${rotad_pid[$1]-}"
	rotad_pid[$1]=
}

# rotad_token NAME: an account of its database, its token in $work/token.
rotad_token() {
	"$build/rota-bench" token --connect="${rotad_unix[$1]}" >"$work/token" ||
		die "no token from rotad"
}

rotad_status() { # NAME
	rotad_ask "$1" status
}

rotad_ask() { # NAME REQUEST
	"$build/rota-bench" ask --connect="${rotad_unix[$1]}" --seconds=3600 \
		--request="$2"
}

resident_kb() { # PID
	awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"
}

# Processor time of a process in hundredths of a second.
ticks() { # PID
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}

# bench COMMAND OPTION...: the line for scripts.
bench() {
	local log=$work/bench.log
	"$build/rota-bench" "$@" >"$log" 2>&1 ||
		die "rota-bench $1: $(cat "$log")"
	grep '^bench=' "$log"
}

bench_apart() {
	apart "$build/rota-bench" "$@" >"$work/bench.log" 2>&1 ||
		die "rota-bench $1: $(cat "$work/bench.log")"
	grep '^bench=' "$work/bench.log"
}

# Whatever follows, on the cores of the clients.
apart() {
	taskset -c "1-$((cores - 1))" "$@"
}

# ---- redis ----------------------------------------------------------------

# redis_start: on the daemon's core; sets redis_port and redis_pid.
redis_start() {
	local try
	for try in 1 2 3 4 5; do
		redis_port=$((20000 + RANDOM % 12000))
		taskset -c 0 redis-server --bind 127.0.0.1 --port "$redis_port" \
			--save '' --appendonly no --dir "$work" \
			--maxclients 1000 >"$work/redis.log" 2>&1 &
		redis_pid=$!
		if redis_answers; then
			return
		fi
		stop_process "$redis_pid"
	done
	die "redis-server does not start after $try attempts"
}

redis_answers() {
	local i
	for ((i = 0; i < 100; i++)); do
		kill -0 "$redis_pid" 2>/dev/null || return 1
		[ "$(redis ping 2>/dev/null)" != PONG ] || return 0
		read -r -t 0.05 <>"$work/never" || true
	done
	return 1
}

redis() {
	redis-cli -h 127.0.0.1 -p "$redis_port" "$@"
}

# redis_fill BYTES KEYS: every key of redis-benchmark -r KEYS has such a value.
redis_fill() {
	redis flushall >/dev/null
	redis eval 'for i = 0, ARGV[2] - 1 do
		redis.call("set", string.format("key:%012d", i),
			string.rep("x", ARGV[1])) end' 0 "$1" "$2" >/dev/null
}

# redis_get REQUESTS KEYS: GETs per second, 50 connections, pipelined by 16.
redis_get() {
	apart redis-benchmark -h 127.0.0.1 -p "$redis_port" -t get \
		-c 50 -P 16 -n "$1" -r "$2" --threads 2 --csv 2>"$work/redis-benchmark.log" |
		awk -F '"' '$2 == "GET" { print $4 }'
}
