# SPDX-License-Identifier: ISC
#
# Invents what physicians offer and where they may work; called by generate.awk.

# The sites nearest to the home, by distance: near[1] .. near[n].
function nearest_sites(home, n,    i, k, best, taken) {
	split("", near)
	for (i = 1; i <= sites; i++)
		away[i] = distance(home, site_commune[i])
	split("", taken)
	for (k = 1; k <= n; k++) {
		best = 0
		for (i = 1; i <= sites; i++)
			if (!(i in taken) && (best == 0 || away[i] < away[best]))
				best = i
		taken[best] = 1
		near[k] = best
	}
}

# Half-days offered: regular weekdays, some every second week.
function draw_pattern(    number) {
	number = random_below(100)
	if (number < 20)
		return "mon-fri MA"
	if (number < 35)
		return "mon-tue MA"
	if (number < 50)
		return "wed-fri MA"
	if (number < 60)
		return "tue,thu M; fri A"
	if (number < 72)
		return "tue MA every 2"
	if (number < 84)
		return "thu-fri MA every 2"
	if (number < 92)
		return "mon,wed M"
	return "sat M; fri MA"
}

function offers(rpps,    number) {
	row("availability", rpps ",available," quoted(draw_pattern()) "," from \
	    "," to ",generated")
	number = random_below(100)
	if (number < 25)
		row("availability", rpps ",preferred,tue M," from "," to \
		    ",generated")
	else if (number < 40)
		row("availability", rpps ",disliked,fri A," from "," to \
		    ",generated")
	else if (number < 50)
		row("availability", rpps ",unavailable,wed MA," from "," to \
		    ",generated")
}

# Some work at a hospital too, or are away for a week.
function elsewhere(rpps, home,    i, best) {
	if (random_below(100) < 10) {
		best = 1
		for (i = 2; i <= hospitals; i++)
			if (distance(home, hospital_commune[i]) < \
			    distance(home, hospital_commune[best]))
				best = i
		row("busy", rpps "," hospital[best] ",mon M," from "," to \
		    ",generated")
	}
	if (random_below(100) < 8)
		row("absence", rpps "," absent "," back \
		    ",MAESN,generated")
}

function enrol(rpps,    number) {
	number = random_below(100)
	row("enrolment", rpps "," (number < 45 ? "SOLIDARITE" : number < 80 ? \
	    "CSTM" : number < 90 ? "AMI-NA" : "MEDECINS-SOLIDAIRES") "," year \
	    "-01-01,,generated")
}

function person(line,    f, k, n) {
	csv(line, f)
	row("physician", f[1] "," quoted(f[2]) "," quoted(f[3]) "," f[4] "," \
	    f[5] "," f[6] "," f[7] ",generated")
	enrol(f[1])
	n = 6 + random_below(8)
	nearest_sites(f[5], n)
	for (k = 1; k <= n; k++)
		row("authorisation", f[1] "," site_code[near[k]] ",mission," \
		    year "-01-01,,generated")
	offers(f[1])
	elsewhere(f[1], f[5])
}
