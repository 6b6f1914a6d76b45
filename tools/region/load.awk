# SPDX-License-Identifier: ISC
#
# Writes the region as requests; called by load.  Input, with part= before each:
# departements.csv, structures.csv, communes.csv, zoning.csv, sites.csv, and
# the output of physicians.

BEGIN {
	NEAR_KM = 30     # of the town in the middle of a CPTS
	TOGETHER = 7     # communes with sites in one CPTS
	AT_LEAST = 3     # of them, or they join another CPTS
	random_start(seed, 2)
}

FNR == 1 { next }

{ csv($0, f) }

part == "departements" {
	dep[++dep_count] = f[1]
	territory("DEP-" f[1], "departement", f[2], "real")
}

part == "structures" {
	structures[++structure_count] = "structure put" pair("code", f[1]) \
	    pair("kind", f[2]) pair("name", f[3]) pair("source", "real")
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
	lives(f[4])
	if (!(f[4] in departement)) {
		departement[f[4]] = f[5]
		place[++places] = f[4]
	}
}

part == "physicians" {
	physicians[++physician_count] = "physician put" pair("rpps", f[1]) \
	    pair("family", f[2]) pair("given", f[3]) \
	    pair("specialty", f[4]) pair("home", f[5]) pair("lat", f[6]) \
	    pair("lon", f[7]) pair("source", "generated")
	lives(f[5])
}

# The text with a backslash before quotes and backslashes.  Not gsub(): awks do
# not agree on backslashes in what it puts there.
function escaped(text,    i, c, done) {
	if (text !~ /["\\]/)
		return text
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		done = done (c == "\"" || c == "\\" ? "\\" : "") c
	}
	return done
}

# A key=value pair; the value is quoted unless its bytes need not be.
function pair(key, value) {
	if (value !~ /^[A-Za-z0-9.+-]+$/)
		value = "\"" escaped(value) "\""
	return " " key "=" value
}

function territory(code, kind, name, source) {
	territories[++territory_count] = "territory put" pair("code", code) \
	    pair("kind", kind) pair("name", name) pair("source", source)
}

# A commune of whose zoning the plan has to know.
function lives(commune) {
	if (!(commune in lived)) {
		lived[commune] = 1
		zones[++zone_count] = commune
	}
}

# Kilometres, good enough for neighbours.
function distance(a, b,    x, y) {
	x = (lon[a] - lon[b]) * cos((lat[a] + lat[b]) * 0.00872664626) * 111.32
	y = (lat[a] - lat[b]) * 111.32
	return sqrt(x * x + y * y)
}

# The greatest town of the departement that has no CPTS yet, or "".
function next_town(number,    i, town) {
	town = ""
	for (i = 1; i <= places; i++)
		if (departement[place[i]] == number && !(place[i] in cpts) &&
		    (town == "" || population[place[i]] + 0 > population[town] + 0))
			town = place[i]
	return town
}

# The nearest commune of the departement that has no CPTS yet, or that has one;
# "" when there is none within so many kilometres.
function nearest(commune, has_one, within,    i, near) {
	near = ""
	for (i = 1; i <= places; i++)
		if (departement[place[i]] == departement[commune] &&
		    (place[i] in cpts) == has_one &&
		    distance(place[i], commune) < within) {
			near = place[i]
			within = distance(near, commune)
		}
	return near
}

# Invents CPTS: towns with the communes around them, largest town first.  What
# would be too small goes to the nearest one instead, commune by commune.
function make_cpts(of,    number, town, near, members, member, i) {
	number = 0
	while ((town = next_town(of)) != "") {
		members = 0
		for (near = town; near != "" && members < TOGETHER;
		    near = nearest(town, 0, NEAR_KM)) {
			cpts[near] = sprintf("CPTS-%s-%02d", of, number + 1)
			member[++members] = near
		}
		if (members >= AT_LEAST || number == 0) {
			territory(cpts[town], "cpts", "CPTS fictive (" \
			    commune_name[town] ")", "generated")
			number++
			continue
		}
		for (i = 1; i <= members; i++)
			delete cpts[member[i]]
		for (i = 1; i <= members; i++)
			joins[member[i]] = cpts[nearest(member[i], 1, 1000)]
		for (i = 1; i <= members; i++)
			cpts[member[i]] = joins[member[i]]
	}
}

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

function site_line(line,    f) {
	csv(line, f)
	return "site put" pair("finess", f[1]) pair("name", f[2]) \
	    (f[8] == "" ? "" : pair("structure", f[8])) \
	    pair("territory", cpts[f[4]]) pair("commune", f[4]) \
	    pair("departement", f[5]) pair("lat", f[6]) pair("lon", f[7]) \
	    pair("rooms", draw_rooms()) pair("hours", draw_hours()) \
	    pair("source", "real")
}

# Prints the batch in hand once it has `least` lines.
function flush(least,    i) {
	if (pending == 0 || pending < least)
		return
	print "batch n=" pending
	for (i = 1; i <= pending; i++)
		print held[i]
	pending = 0
}

function request(line) {
	held[++pending] = line
	flush(lines)
}

END {
	if (failed)
		exit 1
	for (i = 1; i <= dep_count; i++)
		make_cpts(dep[i])
	for (i = 1; i <= territory_count; i++)
		request(territories[i])
	for (i = 1; i <= structure_count; i++)
		request(structures[i])
	for (i = 1; i <= sites; i++)
		request(site_line(site[i]))
	for (i = 1; i <= physician_count; i++)
		request(physicians[i])
	for (i = 1; i <= zone_count; i++)
		if (class[zones[i]] != "")
			request("zone put" pair("commune", zones[i]) \
			    pair("kind", "gp") pair("class", class[zones[i]]) \
			    pair("from", "2025-05-09") pair("source", "real"))
	flush(1)
}
