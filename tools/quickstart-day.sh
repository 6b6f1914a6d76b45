# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # state, run, build are the quickstart's
#
# quickstart-day.sh: the working day as a coordinator, a physician, a desk and a
# regulator see it, on the region that the quickstart has loaded.  Sourced by
# quickstart; every step checks what came back, and anything else ends it.

# rota, as a person would call it: the script says which server.
rota() {
	"$state/rota" "$@"
}

# typed COMMAND...: the command as a person would type it.
typed() {
	local word line=
	for word in "$@"; do
		case $word in
		*=*' '*) word="${word%%=*}=\"${word#*=}\"" ;;
		*' '*) word="\"$word\"" ;;
		esac
		line="$line $word"
	done
	printf '    $%s\n' "$line"
}

# shown WHAT COMMAND...: runs it, shows it and its output indented, fails if it
# is empty.
shown() {
	local what=$1 out
	shift
	out=$("$@") || die "$what: rota ended with $?"
	[ -n "$out" ] || die "$what: nothing came back"
	typed "$@"
	printf '%s\n' "$out" | sed 's/^/    /'
}

# told TEXT: what rota said of a refusal, without what programs read of it.
told() {
	printf '%s\n' "$1" | grep -vE '^  (figures|chiffres)' |
		sed 's/^rota: //; s/^/    /'
}

# refused RULE COMMAND...: it must be refused by that rule; shows why.
refused() {
	local rule=$1 out
	shift
	out=$("$@" 2>&1) && die "$* was accepted"
	[[ $out == *"($rule)"* ]] || die "$* was not refused by $rule: $out"
	[ "$1" = env ] && shift
	typed "$@"
	told "$out"
}

# csv KIND: the rows of a file of the region, without its header.
csv() {
	tail -n +2 "$state"/region/??-"$1".csv
}

# Every step that speaks the protocol says what must come back.
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

# ---- whom and where ---------------------------------------------------------

# The first Monday to come with five weekdays that are no holiday.
monday=$(date -d "next monday + ${QUICKSTART_WEEKS:-0} weeks" +%F)
until csv holiday | awk -F, -v from="$monday" \
    -v to="$(date -d "$monday + 4 days" +%F)" \
    '$2 == "public" && $3 >= from && $3 <= to { bad = 1 } END { exit bad }'; do
	monday=$(date -d "$monday + 7 days" +%F)
done
on() { # on N: the day N days after that Monday
	date -d "$monday + $1 days" +%F
}

# "site physician physician physician": the site with the most authorised
# physicians who offer all weekdays and have neither absence nor other employer.
team=$({
	csv absence | sed 's/^/absence,/'
	csv busy | sed 's/^/busy,/'
	csv availability | sed 's/^/availability,/'
	csv authorisation | sed 's/^/authorisation,/'
	csv need | sed 's/^/need,/'
} | awk -F, '
	$1 == "absence" || $1 == "busy" { not[$2] = 1 }
	$1 == "availability" && $3 == "available" {
		all[$2] = $4 == "mon-fri MA"
	}
	$1 == "availability" && $3 == "unavailable" { not[$2] = 1 }
	$1 == "authorisation" && all[$2] && !($2 in not) {
		team[$3] = team[$3] " " $2
		size[$3]++
	}
	$1 == "need" && $4 == "SNP" && $3 == "mon-fri M" { wanted[$2] = 1 }
	END {
		for (site in wanted)
			if (size[site] > size[best] || (size[site] == \
			    size[best] && site < best))
				best = site
		print best team[best]
	}')
read -r site doctor second third _ <<<"$team"
[ -n "$third" ] || die "no site has three physicians who could take turns"
site_line=$(say "site get site=$site" | head -n 1)
site_name=$(value "$site_line" name)
doctor_line=$(say "physician get physician=$doctor" | head -n 1)
doctor_name="Dr $(value "$doctor_line" given) $(value "$doctor_line" family)"

# A former run may have filled this month: the demonstration frees again what
# plans brought and what the three have.
while read -r former; do
	all "plan lines plan=$former state=adopted" | values slot
done < <(all 'plan list' | values plan) | sort -u >"$state/former"
{
	for who in "$doctor" "$second" "$third"; do
		all "slot list physician=$who from=$monday to=$(on 27)"
	done
	if [ -s "$state/former" ]; then
		csv physician | awk -F, -v from="$monday" -v to="$(on 27)" '{
			print "slot list physician=" $1, "from=" from,
			    "to=" to, "limit=1000"
		}' | nc -U -N "$run/rotad.sock" | grep '^\* slot=' |
			grep -F -f "$state/former" || true
	fi
} | awk '!/ state=cancelled/' | values slot | sort -u |
	sed 's/$/ reason=QUICKSTART/; s/^/slot cancel slot=/' >"$state/free.in"
mapfile -t free <"$state/free.in"
if [ "${#free[@]}" -gt 0 ]; then
	answer=$(say "batch n=${#free[@]}" "${free[@]}" | tail -n 1)
	[ "${answer%% *}" = ok ] || die "could not free the month: $answer"
fi

# ---- the gaps ---------------------------------------------------------------

heading 'Half-days of the next four weeks that nobody fills, by zone'
gaps_by_zone() {
	rota --csv gaps from="$monday" to="$(on 27)" |
		awk -F, 'NR == 1 {
			for (i = 1; i <= NF; i++) column[$i] = i
			next
		}
		{
			zone = $column["zone"] == "" ? "-" : $column["zone"]
			missing[zone] += $column["missing"]
			all += $column["missing"]
		}
		END {
			split("ZIP ZAR ZAC HZ -", order, " ")
			for (i = 1; i <= 5; i++)
				if (missing[order[i]] > 0)
					printf "%-4s %6d\n", order[i],
					    missing[order[i]]
			printf "all  %6d\n", all
		}'
}
gaps_by_zone >"$state/gaps"
sed 's/^/    /' "$state/gaps"
missing_before=$(awk '/^all/ { print $2 }' "$state/gaps")
[ "$missing_before" -gt 1000 ] || die "only $missing_before gaps to show"

# ---- a rotation in one command ----------------------------------------------

heading "A rotation in one command: unscheduled mornings at $site_name"
step "one of the three is away on the second Tuesday"
expect 'ok*' "absence put physician=$second from=$(on 7) to=$(on 9) parts=MA category=TRAINING" >/dev/null
# A rotation respects what was cancelled of it, so a further run needs another.
again=$(all 'rotation list' | grep -c " rotation=SNP-$site" || true)
[ "$again" -gt 0 ] && again=-$again || again=''
rotate() { # rotate CODE PART ACTIVITY
	local command=(rota rotate code="$1-$site$again" site="$site"
		pattern="mon-fri $2" activity="$3" from="$monday" to="$(on 27)"
		physicians="$doctor,$second,$third" partial=yes)
	typed "${command[@]}"
	"${command[@]}" 2>&1
}
out=$(rotate SNP M SNP) || die "the rotation was refused: $out"
sed -n 1p <<<"$out"
told "$(sed 1d <<<"$out")"
grep -q H04 <<<"$out" || die 'no date of the rotation was refused by H04'
step 'unscheduled care alone cannot be published:'
refused H16 rota slot publish site="$site" from="$monday" to="$(on 27)"
step 'with the afternoons for follow-up it can'
out=$(rotate MT A MT) || die "the rotation was refused: $out"
sed -n 1p <<<"$out"
shown 'the publication' rota slot publish site="$site" from="$monday" to="$(on 27)"

heading "The week of $site_name"
shown 'the week' rota week "$site" "$monday"

heading "The month of $doctor_name"
shown 'the month' rota my physician="$doctor" from="$monday" to="$(on 13)"

gaps_by_zone >"$state/gaps"
missing_after=$(awk '/^all/ { print $2 }' "$state/gaps")
step "$((missing_before - missing_after)) gaps of $missing_before are filled"
[ "$missing_after" -lt "$missing_before" ] || die 'no gap was filled'

# ---- places -----------------------------------------------------------------

commune=$(awk -F, -v code="$(value "$site_line" commune)" \
    '$1 == code { print $2 }' "$source/tools/region/communes.csv")
heading "Free places within 30 km of $commune, as a regulator asks"
window=(since="${monday}T00:00Z" until="$(on 2)T00:00Z")
shown 'the capacity' rota capacity lat="$(value "$site_line" lat)" \
    lon="$(value "$site_line" lon)" radius=30 "${window[@]}"
slot=$(all "slot list site=$site from=$monday to=$monday" |
	grep 'activity=SNP' | grep 'state=published' | values slot | head -n 1)
step 'a place is taken, and is not given twice'
shown 'the place' rota place take slot="$slot"
shown 'the capacity' rota capacity site="$site" "${window[@]}"

# ---- refusals ---------------------------------------------------------------

heading 'Refusals say why, by which rule, and what would do'
far=$(farthest "$site")
near_site=$(csv authorisation | awk -F, -v who="$doctor" -v site="$site" \
    '$1 == who && $2 != site && !found++ { print $2 }')
refused H01 rota assign "$doctor" "$near_site" "$monday" M
refused H02 rota assign "$doctor" "$near_site" "$(on 6)" M
refused H05 rota assign "$doctor" "$far" "$(on 28)" M
refused H19 rota cancel "$slot"
step 'the same in French:'
refused H02 env LC_ALL=fr_FR.UTF-8 "$state/rota" \
    assign "$doctor" "$near_site" "$(on 6)" M

# ---- killed in the middle ---------------------------------------------------

heading 'The daemon is killed while 400 half-days are being assigned'
# Forty physicians, each authorised at a site of its own, ten mornings each.
{
	csv absence | sed 's/^/absence,/'
	csv busy | sed 's/^/busy,/'
	csv availability | sed 's/^/availability,/'
	csv authorisation | sed 's/^/authorisation,/'
} | awk -F, -v skip="$doctor $second $third" -v site="$site" '
	BEGIN {
		split(skip, a, " ")
		for (i in a) not[a[i]] = 1
		used[site] = 1
	}
	$1 == "absence" || $1 == "busy" { not[$2] = 1 }
	$1 == "availability" && $3 == "unavailable" { not[$2] = 1 }
	$1 == "authorisation" && !($2 in not) && !($3 in used) && n++ < 40 {
		not[$2] = used[$3] = 1
		print $2, $3
	}' >"$state/pairs"
[ "$(wc -l <"$state/pairs")" -eq 40 ] || die 'not forty pairs to plan'
while read -r who where; do
	for day in 28 29 30 31 32 35 36 37 38 39; do
		printf 'slot assign id=%s physician=%s site=%s day=%s part=M agreed=phone key=%s\n' \
		    "$(uuid)" "$who" "$where" "$(on $day)" "$(uuid)"
	done
done <"$state/pairs" >"$state/killed.in"
planned() {
	while read -r who _; do
		all "slot list physician=$who from=$(on 28) to=$(on 39)"
	done <"$state/pairs" | awk '!/ state=cancelled/' | values slot | sort
}
# Runs of this demonstration may follow each other: free what an earlier one took.
mapfile -t free < <(planned | sed 's/^/slot cancel slot=/')
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
planned >"$state/found"
missing=$(comm -23 "$state/acknowledged" "$state/found" | wc -l)
step "$missing of $acks acknowledged half-days missing"
[ "$missing" -eq 0 ] || die 'an acknowledged half-day is missing'
nc -U -N "$run/rotad.sock" <"$state/killed.in" >"$state/again.out"
oks=$(grep -c '^ok' "$state/again.out" || true)
refusals=$(grep -c '^no H02' "$state/again.out" || true)
again=$(grep -c '^ok.* replayed=yes' "$state/again.out" || true)
step "all 400 sent again under their keys: $oks ok, $again of them known already"
[ "$refusals" -eq 0 ] || step "$refusals fell on public holidays and were refused (H02)"
[[ $((oks + refusals)) -eq 400 && $oks -ge 300 && $again -ge $acks ]] ||
	die "the retry fell short, see $state/again.out"
[ "$(planned | wc -l)" -eq "$oks" ] ||
	die "$(planned | wc -l) half-days instead of $oks"
step "exactly $oks half-days stand in the plan, none twice"
