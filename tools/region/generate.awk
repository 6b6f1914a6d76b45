# SPDX-License-Identifier: ISC
#
# Writes the region as CSV files; called by generate.  Input, with part= before
# each: the files of this folder and the output of physicians.

BEGIN {
	NEAR_KM = 30     # of the town in the middle of a CPTS
	TOGETHER = 7     # communes with sites in one CPTS
	AT_LEAST = 3     # of them, or they join another CPTS
	random_start(seed, 2)
	file("territory", "01", "code,kind,name,phone,floor-24,floor-48," \
	    "regulator,source")
	file("structure", "02", "code,kind,name,source")
	file("programme", "03", "code,name,from,to,snp-max,source")
	file("site", "04", "finess,name,kind,structure,territory,sector,pdsa," \
	    "commune,departement,lat,lon,precision,rooms,hours,hours-source," \
	    "places,minutes,manner,source")
	file("physician", "05", "rpps,family,given,specialty,home,lat,lon,source")
	file("zone", "06", "commune,kind,class,from,source")
	file("holiday", "07", "area,kind,from,to,name,source")
	file("stop", "08", "site,pattern,from,to,commune,lat,lon,source")
	file("presence", "09", "site,staff,pattern,from,to,source")
	file("need", "10", "site,pattern,activity,specialty,from,to,number,source")
	file("enrolment", "11", "physician,programme,from,to,source")
	file("authorisation", "12", "physician,site,kind,from,to,source")
	file("availability", "13", "physician,kind,pattern,from,to,source")
	file("absence", "14", "physician,from,to,parts,source")
	file("busy", "15", "physician,structure,pattern,from,to,source")
	file("quota", "16", "programme,period,from,min,max,source")
}

FNR == 1 { next }

{ csv($0, f) }

part == "departements" {
	dep[++dep_count] = f[1]
	dep_name[f[1]] = f[2]
	row("territory", "DEP-" f[1] ",departement," quoted(f[2]) \
	    ",,0,0,reads,real")
}

part == "structures" { row("structure", $0 ",real") }

part == "hospitals" {
	hospital[++hospitals] = f[1]
	hospital_commune[hospitals] = f[4]
	row("structure", f[1] ",HOPITAL," quoted(f[2]) ",real")
}

part == "programmes" { row("programme", $0 ",real") }

part == "quotas" { row("quota", $0 ",real") }

part == "holidays" {
	row("holiday", (f[1] == "public" ? "national" : "zone-" f[2]) "," f[1] \
	    "," f[3] "," f[4] "," quoted(f[5]) ",real")
}

part == "communes" {
	commune_name[f[1]] = f[2]
	population[f[1]] = f[4]
	lat[f[1]] = f[5]
	lon[f[1]] = f[6]
}

part == "zoning" { class[f[1]] = f[2] }

part == "sites" {
	if (!(f[4] in lat))
		refuse("no commune " f[4])
	site[++sites] = $0
	site_code[sites] = f[1]
	site_commune[sites] = f[4]
	lives(f[4])
	if (!(f[4] in departement)) {
		departement[f[4]] = f[5]
		place[++places] = f[4]
	}
}

part == "physicians" {
	people[++physician_count] = $0
	lives(f[5])
}

# ----- files -----

function file(kind, number, header) {
	path[kind] = folder "/" number "-" kind ".csv"
	print header > path[kind]
}

function row(kind, line) {
	print line > path[kind]
}

# A field of a CSV file.
function quoted(text) {
	if (text !~ /[",]/)
		return text
	gsub(/"/, "\"\"", text)
	return "\"" text "\""
}

# A commune of whose zoning the plan has to know.
function lives(commune) {
	if (!(commune in lived)) {
		lived[commune] = 1
		zones[++zone_count] = commune
	}
}

# ----- sites -----

function draw_rooms(    number) {
	number = random_below(100)
	return number < 30 ? 1 : number < 65 ? 2 : number < 90 ? 3 : 4
}

function draw_hours(    number, day, morning) {
	day = " M 09:00-12:00 A 14:00-18:00"
	morning = " M 09:00-12:00"
	number = random_below(100)
	if (number < 55)
		return "mon-fri" day
	if (number < 80)
		return "mon-fri" day "; sat" morning
	if (number < 95)
		return "mon-tue,thu-fri" day "; wed" morning
	return "mon-tue,thu-fri" day "; wed,sat" morning
}

# Half-days that a site lacks: more where care is scarcer.
function draw_needs(code, commune,    scarce) {
	scarce = class[commune] == "ZIP" ? 80 : class[commune] == "ZAC" ? 45 : 20
	if (random_below(100) < scarce)
		row("need", code "," quoted(random_below(2) ? "mon,thu MA" : \
		    "tue,fri M") ",MT,MG," from "," to ",1,generated")
	if (random_below(100) < scarce)
		row("need", code ",mon-fri M,SNP,MG," from "," to ",1,generated")
	if (random_below(100) < 6)
		row("need", code ",2nd wed M,CA,GYN," from "," to ",1,generated")
}

function draw_staff(code,    number) {
	number = random_below(100)
	if (number < 35)
		row("presence", code ",nurse,mon-fri MA," from "," to ",generated")
	else if (number < 50)
		row("presence", code ",assistant,mon-thu M," from "," to \
		    ",generated")
	else if (number < 60)
		row("presence", code ",asalee,tue MA every 2," from "," to \
		    ",generated")
}

function site_line(line,    f) {
	csv(line, f)
	row("site", f[1] "," quoted(f[2]) ",fixed," f[8] "," cpts[f[4]] "," \
	    sector_of(f[4]) "," pdsa_of(f[4]) "," f[4] "," f[5] "," f[6] "," \
	    f[7] ",commune," draw_rooms() "," quoted(draw_hours()) \
	    ",generated,0,20," \
	    (random_below(100) < 20 ? "walk-in" : "bookable") ",real")
}

# The digits with their Luhn key behind them.
function with_key(digits,    i, digit, sum) {
	for (i = length(digits); i > 0; i--) {
		digit = substr(digits, i, 1) * ((length(digits) - i) % 2 ? 1 : 2)
		sum += digit > 9 ? digit - 9 : digit
	}
	return digits (10 - sum % 10) % 10
}

# A vehicle that goes round five communes of a departement, a day in each.
function medicobus(of,    code, commune, day, k, i, days) {
	split("mon tue wed thu fri", days, " ")
	code = with_key(of "999900")
	for (i = 1; i <= places && k < 5; i++) {
		commune = place[i]
		if (departement[commune] != of || class[commune] != "ZIP")
			continue
		if (++k == 1)
			row("site", code "," quoted("Médicobus fictif, " \
			    dep_name[of]) ",mobile,," cpts[commune] "," \
			    sector_of(commune) "," pdsa_of(commune) "," commune \
			    "," of "," lat[commune] "," lon[commune] \
			    ",commune,1,mon-fri M 09:00-12:00 A 14:00-17:00" \
			    ",generated,0,20,bookable,generated")
		row("stop", code "," days[k] " MA," from "," to "," commune "," \
		    lat[commune] "," lon[commune] ",generated")
	}
	if (k > 0)
		row("need", code ",mon-fri MA,MT,MG," from "," to ",1,generated")
}

# ----- zones -----

function zone_lines(commune) {
	if (class[commune] != "")
		row("zone", commune ",gp," class[commune] ",2025-05-09,real")
	if (class[commune] == "ZIP" && random_below(100) < 30)
		row("zone", commune ",red,ROUGE,2025-07-01,generated")
	if (population[commune] > 15000)
		row("zone", commune ",qpv,QPV,2024-01-01,generated")
}

END {
	if (failed)
		exit 1
	for (i = 1; i <= dep_count; i++) {
		make_cpts(dep[i])
		make_pdsa(dep[i], dep_name[dep[i]])
	}
	for (i = 1; i <= sites; i++)
		site_line(site[i])
	random_start(seed, 3)
	for (i = 1; i <= sites; i++) {
		draw_needs(site_code[i], site_commune[i])
		draw_staff(site_code[i])
	}
	medicobus("23")
	medicobus("47")
	random_start(seed, 4)
	for (i = 1; i <= zone_count; i++)
		zone_lines(zones[i])
	random_start(seed, 5)
	for (i = 1; i <= physician_count; i++)
		person(people[i])
}
