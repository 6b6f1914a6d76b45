# SPDX-License-Identifier: ISC
#
# Invents the areas that no source has: CPTS of neighbouring communes, their
# sectors, areas of out-of-hours duty; called by generate.awk.

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

# Numbers that Arcep keeps free for films and examples.
function next_phone() {
	return sprintf("+3353649%04d", ++phones)
}

function cpts_line(code, town) {
	row("territory", code "," "cpts" "," \
	    quoted("CPTS fictive (" commune_name[town] ")") "," next_phone() \
	    ",4,10," (random_below(100) < 60 ? "takes" : "reads") ",generated")
	row("territory", code "-EST,sector," \
	    quoted("Secteur est (" commune_name[town] ")") ",,0,0,reads,generated")
	row("territory", code "-OUEST,sector," \
	    quoted("Secteur ouest (" commune_name[town] ")") ",,0,0,reads,generated")
	middle[code] = lon[town]
}

# East or west of the middle town.
function sector_of(commune,    code) {
	code = cpts[commune]
	return code (lon[commune] >= middle[code] ? "-EST" : "-OUEST")
}

# Invents CPTS: towns with the communes around them, largest town first.  What
# would be too small goes to the nearest one instead, commune by commune.
function make_cpts(of,    number, town, near, members, member, i, code) {
	number = 0
	while ((town = next_town(of)) != "") {
		members = 0
		code = sprintf("CPTS-%s-%02d", of, number + 1)
		for (near = town; near != "" && members < TOGETHER;
		    near = nearest(town, 0, NEAR_KM)) {
			cpts[near] = code
			member[++members] = near
		}
		if (members >= AT_LEAST || number == 0) {
			cpts_line(code, town)
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

# The areas of out-of-hours duty of a departement: north and south of the mean
# latitude of its places.
function make_pdsa(of, name,    i, sum, n) {
	for (i = 1; i <= places; i++)
		if (departement[place[i]] == of) {
			sum += lat[place[i]]
			n++
		}
	if (n == 0)
		return
	border[of] = sum / n
	row("territory", "PDSA-" of "-NORD,pdsa," \
	    quoted("Permanence des soins fictive, " name " nord") \
	    ",,0,0,reads,generated")
	row("territory", "PDSA-" of "-SUD,pdsa," \
	    quoted("Permanence des soins fictive, " name " sud") \
	    ",,0,0,reads,generated")
}

function pdsa_of(commune,    of) {
	of = departement[commune]
	return "PDSA-" of (lat[commune] >= border[of] ? "-NORD" : "-SUD")
}
