# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # state and run are the quickstart's
#
# quickstart-day.sh: the main job, spoken line by line over the protocol: a month
# of half-days is assigned, moved and refused, and the daemon is killed while
# it is at work.  Sourced by quickstart.

# Every step says what must come back; anything else ends the quickstart.
expect() {
	local pattern=$1 request=$2 answer
	answer=$(say "$request" | tail -n 1)
	# shellcheck disable=SC2053 # a pattern it is meant to be
	[[ $answer == $pattern ]] || die "\"$request\" was answered: $answer"
	printf '%s\n' "$answer"
}

uuid() {
	cat /proc/sys/kernel/random/uuid
}

monday=$(date -d "next monday + ${QUICKSTART_WEEKS:-0} weeks" +%F)
on() { # on N: the day N days after that Monday
	date -d "$monday + $1 days" +%F
}

# Sites open on Wednesday afternoons too, so that every weekday is alike.
mapfile -t sites_open < <(all 'site list zone=ZIP' |
	grep 'hours="mon-fri M 09:00-12:00 A 14:00-18:00"' |
	values site)
mapfile -t doctors < <(all 'physician list specialty=MG' |
	values physician)
[ "${#sites_open[@]}" -ge 40 ] || die "only ${#sites_open[@]} sites to show"
[ "${#doctors[@]}" -ge 60 ] || die "only ${#doctors[@]} physicians to show"
doctor=${doctors[0]}
site=${sites_open[0]}
site_line=$(say "site get site=$site" | head -n 1)
doctor_line=$(say "physician get physician=$doctor" | head -n 1)
doctor_name="Dr $(value "$doctor_line" given) $(value "$doctor_line" family)"

# A former run may have filled this month: the demonstration frees it again.
all "slot list physician=$doctor from=$monday to=$(on 27)" |
	values slot | while read -r slot; do
	expect 'ok*' "slot cancel slot=$slot" >/dev/null
done

heading "A month for $doctor_name at $(value "$site_line" name)"
batch=()
for week in 0 7 14 21; do
	for day in 1 3; do
		batch+=("slot assign physician=$doctor site=$site day=$(on $((week + day))) part=M activity=MT programme=CSTM")
		batch+=("slot assign physician=$doctor site=$site day=$(on $((week + day))) part=A activity=SNP programme=CSTM")
	done
done
step "one batch of ${#batch[@]} half-days, all or nothing"
answer=$(say "batch n=${#batch[@]}" "${batch[@]}" | tail -n 1)
[ "${answer%% *}" = ok ] || die "the batch was answered: $answer"
first=$(all "slot list physician=$doctor from=$monday to=$(on 27)" | head -n 1)
first=$(value "$first" slot)
step 'the first Tuesday morning moves to Friday'
expect 'ok*' "slot move slot=$first day=$(on 4) reason=ON_REQUEST" >/dev/null
month_lines=$(all "slot list physician=$doctor from=$monday to=$(on 27)")
printf '%s\n' "$month_lines" | month
[ "$(printf '%s\n' "$month_lines" | wc -l)" -eq 16 ] ||
	die 'the month does not hold the 16 half-days assigned'

heading 'Refusals say why, by which rule, and what would do'
far=${sites_open[$((${#sites_open[@]} - 1))]}
told "$(expect 'no H01 *' "slot assign physician=$doctor site=$far day=$(on 4) part=M")"
told "$(expect 'no H02 *' "slot assign physician=$doctor site=$far day=$(on 6) part=M")"
step 'at noon from one end of the region to the other:'
told "$(expect 'no H12 *' "slot assign physician=$doctor site=$(farthest "$site") day=$(on 4) part=A")"
step 'the same sentence in French:'
told "$(say 'lang lang=fr' "slot assign physician=$doctor site=$far day=$(on 6) part=M" | tail -n 1)"

# ---- killed in the middle -------------------------------------------------------

heading 'The daemon is killed while 400 half-days are being assigned'
: >"$state/killed.in"
for i in $(seq 20 59); do
	for day in 0 1 2 3 4 7 8 9 10 11; do
		printf 'slot assign id=%s physician=%s site=%s day=%s part=M key=%s\n' \
		    "$(uuid)" "${doctors[$i]}" \
		    "${sites_open[$((i - 20))]}" "$(on $day)" "$(uuid)"
	done
done >"$state/killed.in"
# Runs of this demonstration may follow each other: free what an earlier one took.
for i in $(seq 20 59); do
	all "slot list physician=${doctors[$i]} from=$monday to=$(on 13)" |
		values slot | sed 's/^/slot cancel slot=/'
done >"$state/free.in"
mapfile -t free <"$state/free.in"
if [ "${#free[@]}" -gt 0 ]; then
	answer=$(say "batch n=${#free[@]}" "${free[@]}" | tail -n 1)
	[ "${answer%% *}" = ok ] || die "could not free the days: $answer"
fi
acknowledged() {
	[ "$(grep -c '^ok' "$state/killed.out" || true)" -ge "$1" ]
}
: >"$state/killed.out"
nc -U -N "$run/rotad.sock" <"$state/killed.in" >"$state/killed.out" 2>/dev/null &
client=$!
wait_until 30 'the first hundred acknowledgements' acknowledged 100
daemon_stop KILL
wait "$client" 2>/dev/null || true
acks=$(grep -c '^ok' "$state/killed.out" || true)
grep '^ok' "$state/killed.out" | values slot | sort >"$state/acknowledged"
step "killed (kill -9) after $acks acknowledgements; starting it again"
daemon_start
for i in $(seq 20 59); do
	all "slot list physician=${doctors[$i]} from=$monday to=$(on 13)"
done | values slot | sort >"$state/found"
missing=$(comm -23 "$state/acknowledged" "$state/found" | wc -l)
step "$missing of $acks acknowledged half-days missing"
[ "$missing" -eq 0 ] || die 'an acknowledged half-day is missing'
nc -U -N "$run/rotad.sock" <"$state/killed.in" >"$state/again.out"
oks=$(grep -c '^ok' "$state/again.out" || true)
again=$(grep -c '^ok.* replayed=yes' "$state/again.out" || true)
step "all 400 sent again under their keys: $oks ok, $again of them known already"
[[ $oks -eq 400 && $again -ge $acks ]] ||
	die "the retry fell short, see $state/again.out"
for i in $(seq 20 59); do
	all "slot list physician=${doctors[$i]} from=$monday to=$(on 13)"
done | values slot | wc -l >"$state/count"
[ "$(cat "$state/count")" -eq 400 ] ||
	die "$(cat "$state/count") half-days instead of 400"
step 'exactly 400 half-days stand in the plan, none twice'
