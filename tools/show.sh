# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# show.sh: prints what the quickstart shows to a person; sourced by it.

if [ -t 1 ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
	bold='' plain=''
fi

heading() {
	printf '\n%s%s%s\n' "$bold" "$1" "$plain"
}

step() {
	printf '  - %s\n' "$1"
}

# value LINE KEY: the value of a key in a line of an answer.
value() {
	printf '%s\n' "$1" | awk -v key="$2" '{
		if (match($0, " " key "=\"([^\"\\\\]|\\\\.)*\"")) {
			print substr($0, RSTART + length(key) + 3,
			    RLENGTH - length(key) - 4)
		} else if (match($0, " " key "=[^ \"]*")) {
			print substr($0, RSTART + length(key) + 2,
			    RLENGTH - length(key) - 2)
		}
	}'
}

# values KEY: the bare value of a key in each line of stdin that has it.
values() {
	awk -v key="$1" 'match($0, " " key "=[^ \"]+") {
		print substr($0, RSTART + length(key) + 2,
		    RLENGTH - length(key) - 2)
	}'
}

# all REQUEST: every data line of a list, page after page.
all() {
	local request=$1 next='' answer
	while :; do
		answer=$(say "$request limit=1000${next:+ next=$next}")
		printf '%s\n' "$answer" | grep '^\*' || true
		answer=$(printf '%s\n' "$answer" | grep -v '^\*')
		case $answer in
		ok*) ;;
		*) die "\"$request\" was answered: $answer" ;;
		esac
		next=$(value "$answer" next)
		[ -n "$next" ] || return 0
	done
}

count_all() {
	all "$1" | wc -l
}

show_zones() {
	all 'site list' | awk '
		{ zone = "unknown"; n++ }
		match($0, / zone=[A-Z]+/) {
			zone = substr($0, RSTART + 6, RLENGTH - 6)
		}
		{ count[zone]++ }
		END {
			text["ZIP"] = "priority zone"
			text["ZAC"] = "complementary zone"
			text["ZAR"] = "regional support zone"
			text["HZ"] = "outside the zoning"
			split("ZIP ZAC ZAR HZ unknown", order, " ")
			for (i = 1; i <= 5; i++)
				if (count[order[i]] > 0)
					printf "    %-8s %4d sites  %s\n",
					    order[i], count[order[i]],
					    text[order[i]]
		}'
}

# farthest: the open site that is farthest from a site.
farthest() { # farthest SITE
	all 'site list zone=ZIP' |
		grep 'hours="mon-fri M 09:00-12:00 A 14:00-18:00"' |
		awk -v site="$1" '
		function get(key) {
			if (!match($0, " " key "=[^ ]*")) return ""
			return substr($0, RSTART + length(key) + 2,
			    RLENGTH - length(key) - 2)
		}
		{ name[NR] = get("site"); x[NR] = get("lon"); y[NR] = get("lat") }
		name[NR] == site { x0 = x[NR]; y0 = y[NR] }
		END {
			for (i = 1; i <= NR; i++) {
				d = (0.7 * (x[i] - x0)) ^ 2 + (y[i] - y0) ^ 2
				if (d > most) { most = d; best = name[i] }
			}
			print best
		}'
}
