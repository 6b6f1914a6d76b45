# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2034 # the scripts use the variables
#
# lib.sh: what the scripts share; to be sourced by bash under "set -eu".
#
# Nothing here starts a service of the machine or leaves one to be started:
# packages are installed without their services, and PostgreSQL runs as a
# private cluster that only its own socket reaches.

# Packages of Debian that building needs, and what the tests need beside them.
BUILD_PACKAGES=(autoconf automake ca-certificates gcc gettext libc6-dev make
	pkg-config libedit-dev libevent-dev libical-dev libjansson-dev libpq-dev
	libssl-dev uuid-dev)
TEST_PACKAGES=(check coinor-cbc jq openssl procps util-linux xz-utils)
LINT_PACKAGES=(clang-format clang-tidy mandoc shellcheck)

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Runs the command as root; asks for a password only at a terminal.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif [ -t 0 ]; then
		sudo "$@"
	else
		sudo -n "$@"
	fi
}

# ---- packages -------------------------------------------------------------

missing_packages() {
	local package
	for package in "$@"; do
		dpkg-query -W -f '${db:Status-Abbrev}\n' "$package" \
		    2>/dev/null | grep -q '^ii' || printf '%s\n' "$package"
	done
}

# Keeps what is installed from being started, and PostgreSQL from making a
# cluster of its own; undone by allow_services.
forbid_services() {
	local policy=/usr/sbin/policy-rc.d
	if [ ! -e "$policy" ]; then
		printf '#!/bin/sh\n# rota\nexit 101\n' |
			as_root tee "$policy" >/dev/null
		as_root chmod 755 "$policy"
	fi
	as_root mkdir -p /etc/postgresql-common/createcluster.d
	printf 'create_main_cluster = false\n' |
		as_root tee /etc/postgresql-common/createcluster.d/rota.conf \
			>/dev/null
}

allow_services() {
	local policy=/usr/sbin/policy-rc.d
	if [ "$(sed -n 2p "$policy" 2>/dev/null)" = '# rota' ]; then
		as_root rm -f "$policy"
	fi
	as_root rm -f /etc/postgresql-common/createcluster.d/rota.conf
	as_root rmdir --ignore-fail-on-non-empty \
		/etc/postgresql-common/createcluster.d 2>/dev/null || true
}

# need_packages PACKAGE...: installs those that are missing.  "postgresql"
# counts as present where any server from 14 on is.
need_packages() {
	local package log missing=() wanted=()
	for package in "$@"; do
		if [ "$package" != postgresql ] ||
		    [ -z "$(postgres_bin)" ]; then
			wanted+=("$package")
		fi
	done
	if ! command -v dpkg-query >/dev/null; then
		echo "not a Debian system: expecting the like of" \
			"${wanted[*]}" >&2
		return
	fi
	mapfile -t missing < <(missing_packages "${wanted[@]}")
	[ "${#missing[@]}" -gt 0 ] || return 0
	if ! as_root true 2>/dev/null; then
		die "these packages are missing, and only root can install" \
			"them: ${missing[*]}"
	fi
	echo "installing ${missing[*]}"
	log=$(mktemp)
	if ! (
		trap allow_services EXIT
		forbid_services &&
			as_root apt-get -q update &&
			as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
				--no-install-recommends \
				-o Dpkg::Options::=--force-confold \
				install "${missing[@]}"
	) >"$log" 2>&1; then
		tail -n 40 "$log" >&2
		die "could not install ${missing[*]}, see $log"
	fi
	rm -f "$log"
}

# ---- building -------------------------------------------------------------

# build_tree SOURCE BUILD [CONFIGURE-OPTION...]: configures and makes out of
# tree.  An existing build folder is used again if its options are the same.
build_tree() {
	local source=$1 build=$2 options
	shift 2
	options="$*"
	if [ ! -x "$source/configure" ] ||
	    [ "$source/configure.ac" -nt "$source/configure" ]; then
		"$source/autogen.sh" >/dev/null
	fi
	mkdir -p "$build"
	if [ ! -f "$build/Makefile" ] ||
	    [ "$(cat "$build/.options" 2>/dev/null)" != "$options" ]; then
		(cd "$build" && "$source/configure" -q "$@") ||
			die "configure failed, see $build/config.log"
		printf '%s\n' "$options" >"$build/.options"
	fi
	make -s -C "$build" -j "$(nproc)"
}

# ---- a private PostgreSQL -------------------------------------------------

# The folder with initdb: $ROTA_TEST_PG_BIN, or of the newest server from 14 on.
postgres_bin() {
	local folder newest=''
	if [ -n "${ROTA_TEST_PG_BIN-}" ]; then
		printf '%s\n' "$ROTA_TEST_PG_BIN"
		return
	fi
	for folder in /usr/lib/postgresql/*/bin; do
		if [ -x "$folder/initdb" ]; then
			folder=${folder#/usr/lib/postgresql/}
			printf '%s\n' "${folder%/bin}"
		fi
	done | sort -n | tail -n 1 | {
		read -r newest || true
		if [ "${newest%%.*}" -ge 14 ] 2>/dev/null; then
			printf '/usr/lib/postgresql/%s/bin\n' "$newest"
		fi
	}
}

# The server refuses to run as root.
as_postgres() {
	if [ "$(id -u)" -eq 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

# An empty folder that the server's account owns and can reach, in $1 if it
# can be reached there.
postgres_folder() {
	local folder=$1
	mkdir -p "$folder"
	if [ "$(id -u)" -ne 0 ]; then
		printf '%s\n' "$folder"
		return
	fi
	chown postgres: "$folder"
	if ! as_postgres test -w "$folder"; then
		folder=$(mktemp -d /var/tmp/rota-pg.XXXXXX)
		chown postgres: "$folder"
	fi
	printf '%s\n' "$folder"
}

# private_postgres_start DIR [-c NAME=VALUE]...: starts the cluster of DIR, made
# if it is not there yet.  It trusts whoever reaches its socket, which only this
# user can.  Sets PRIVATE_PG_HOST, the socket's folder, for
# "host=$PRIVATE_PG_HOST user=postgres"; there is no TCP.
private_postgres_start() {
	local dir=$1 bin home
	shift
	bin=$(postgres_bin)
	[ -n "$bin" ] || die "no PostgreSQL server from 14 on is installed"
	mkdir -p "$dir"
	if [ ! -f "$dir/home" ]; then
		home=$(postgres_folder "$(realpath "$dir")/cluster")
		(cd / && as_postgres "$bin/initdb" -D "$home/data" -U postgres \
			-A trust -E UTF8 --locale=C.UTF-8) \
			>"$dir/initdb.log" 2>&1 ||
			die "initdb failed, see $dir/initdb.log"
		printf '%s\n' "$home" >"$dir/home"
	fi
	home=$(cat "$dir/home")
	# The path of a socket may have 107 bytes, so DIR may be too long for it.
	PRIVATE_PG_HOST=$(mktemp -d /tmp/rota-pg.XXXXXX)
	printf '%s\n' "$PRIVATE_PG_HOST" >"$dir/socket"
	if [ "$(id -u)" -eq 0 ]; then
		chown postgres: "$PRIVATE_PG_HOST"
	fi
	# From /, since the account may not enter the current folder.
	(cd / && as_postgres "$bin/pg_ctl" -s -w -t 60 -D "$home/data" \
		-l "$home/log" -o "$(printf '%q ' -h '' \
			-k "$PRIVATE_PG_HOST" "$@")" start) ||
		die "PostgreSQL does not start, see $home/log"
}

# private_postgres_stop DIR: stops it; the data stay.
private_postgres_stop() {
	local dir=$1 home
	[ -f "$dir/home" ] || return 0
	home=$(cat "$dir/home")
	if as_postgres test -f "$home/data/postmaster.pid"; then
		(cd / && as_postgres "$(postgres_bin)/pg_ctl" -s -w -t 60 \
			-D "$home/data" -m fast stop) || true
	fi
	if [ -f "$dir/socket" ]; then
		rm -rf -- "$(cat "$dir/socket")"
		rm -f "$dir/socket"
	fi
}

# private_postgres_remove DIR: stops it and removes all that is left of it.
private_postgres_remove() {
	local dir=$1
	private_postgres_stop "$dir"
	if [ -f "$dir/home" ]; then
		rm -rf -- "$(cat "$dir/home")"
		rm -rf -- "${dir:?}/home" "$dir/initdb.log" "$dir/cluster"
	fi
}
