# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # variables of quickstart and -day.sh
#
# quickstart-plan.sh: four weeks of the whole region by the planner, adopted and
# published; then a physician falls ill, and what the planner says of that is
# done in one write: who comes instead, and who changes for it.  Sourced by
# quickstart behind quickstart-day.sh.

plan_seconds=20
uuid_pattern='[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

# planned_by WHAT KEY=VALUE...: has it planned and shows what rota tells; the plan's
# id is in $plan then.
planned_by() {
	local what=$1
	shift
	typed rota plan "$@"
	rota plan "$@" >"$state/plan.out" || die "$what: rota ended with $?"
	plan=$(grep -m 1 -oE "$uuid_pattern" "$state/plan.out")
}

# taken_over: adopts and publishes $plan; nothing of it may be refused.
taken_over() {
	local answer adopted
	answer=$(rota plan adopt plan="$plan") ||
		die "the adoption: rota ended with $?"
	[ "$(value "$answer" refused)" = 0 ] ||
		die "half-days of the plan were refused: $answer"
	adopted=$(value "$answer" adopted)
	answer=$(rota plan publish plan="$plan") ||
		die "the publication: rota ended with $?"
	typed rota plan adopt plan="$plan"
	typed rota plan publish plan="$plan"
	step "$adopted half-days adopted, $(value "$answer" published) published, none refused"
}

# ---- four weeks ---------------------------------------------------------------

heading "The planner fills four weeks of the region, for $plan_seconds seconds"
planned_by 'the plan' from="$monday" to="$(on 27)" seconds="$plan_seconds"
sed '/^$/q' "$state/plan.out" | grep . | sed 's/^/    /'
echo
sed '1,/^$/d' "$state/plan.out" | sed 's/^/    /'
taken_over

# ---- somebody falls ill -------------------------------------------------------

# Of those with half-days in the second week whom the planner could replace, the
# one for whom most can be replaced at once: there is something to choose from.
{
	csv absence | sed 's/^/absence,/'
	all "plan explain plan=$plan state=filled" | grep ' others=' |
		awk -v from="$(on 7)" -v to="$(on 11)" '{
			for (i = 1; i <= NF; i++) {
				if ($i ~ /^physician=/) who = substr($i, 11)
				if ($i ~ /^day=/) day = substr($i, 5)
			}
			if (day >= from && day <= to) print "half-day," who
		}'
} | awk -F, -v skip="$doctor $second $third" '
	BEGIN { split(skip, a, " "); for (i in a) not[a[i]] = 1 }
	$1 == "absence" { not[$2] = 1 }
	$1 == "half-day" && !($2 in not) { count[$2]++ }
	END { for (who in count) print count[who], who }' |
	sort -k 1,1nr -k 2,2 >"$state/ill.in"
absence() { # absence WHO KEY=VALUE...
	printf 'absence put physician=%s from=%s to=%s category=SICK slots=cancel replace=yes' \
	    "$1" "$(on 7)" "$(on 11)"
	shift
	[ "$#" -eq 0 ] || printf ' %s' "$@"
}
ill='' most=-1
while read -r _ who; do
	count=$(say "$(absence "$who" dry=yes)" |
		grep -c ' replacements=[1-9]' || true)
	if [ "$count" -gt "$most" ]; then
		ill=$who most=$count
	fi
done < <(head -n 30 "$state/ill.in")
[ -n "$ill" ] || die 'nobody who could be replaced works in the second week'
ill_line=$(say "physician get physician=$ill" | head -n 1)
heading "Dr $(value "$ill_line" given) $(value "$ill_line" family) is ill in the second week"
step 'half-days are planned then, so that absence is refused at first:'
refused in-use rota absent "$ill" "$(on 7)" "$(on 11)" category=SICK
# The planner that stays for repairs is started by the first question.
repair_answered() {
	rota plan repair physician="$ill" from="$(on 7)" to="$(on 11)" \
	    >"$state/repair.out" 2>"$state/repair.err" &&
		grep -q '^  [-+]  ' "$state/repair.out"
}
wait_until 20 'the repair' repair_answered
typed rota plan repair physician="$ill" from="$(on 7)" to="$(on 11)"
step 'who could come for one of them, and why others cannot:'
# The first half-day that somebody could take, or else the first.
awk '
	/^$/ { exit }
	/^[^ ]/ { n++ }
	{ text[n] = text[n] "    " $0 "\n" }
	/^ +[0-9]/ && !best { best = n }
	END { printf "%s", text[best ? best : 1] }' "$state/repair.out"
step 'what the planner would do about all of them:'
sed '1,/^$/d; s/^/    /' "$state/repair.out"
lost=$state/lost
all "slot list physician=$ill from=$(on 7) to=$(on 11) state=published" >"$lost"
absent=(rota absent "$ill" "$(on 7)" "$(on 11)" category=SICK slots=cancel)
typed "${absent[@]}"
"${absent[@]}" >"$state/absent.out" 2>&1 ||
	die "the absence was refused: $(cat "$state/absent.out")"
step "with slots=cancel the absence is taken: $(wc -l <"$lost") half-days are open again"
# It is asked until it has heard of the absence in full.
repair_settled() {
	rota plan repair physician="$ill" from="$(on 7)" to="$(on 11)" \
	    --json >"$state/repair.json" &&
		grep -q '"current": *"yes"' "$state/repair.json"
}
wait_until 20 'the planner to hear of the absence' repair_settled
adopt=(rota plan repair physician="$ill" from="$(on 7)" to="$(on 11)" --adopt)
typed "${adopt[@]}"
"${adopt[@]}" >"$state/repair.out" || die "the repair: rota ended with $?"
grep -q '^  +  ' "$state/repair.out" ||
	die 'nobody comes for any of the half-days'
step 'with --adopt the repair is done and published in one write:'
awk '/^$/ { n++ } n >= 2' "$state/repair.out" | grep . | sed 's/^/    /'
