# SPDX-License-Identifier: ISC
#
# Draws fictitious physicians; called by physicians, which says what they are.
# Input: zoning.csv, gp-counts.csv, communes.csv, with part= before each.

BEGIN {
	families = split("Martin Bernard Thomas Petit Robert Richard Durand " \
	    "Dubois Moreau Laurent Simon Michel Lefèvre Leroy Roux David " \
	    "Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine " \
	    "Rousseau Vincent Muller Faure André Mercier Blanc Guérin " \
	    "Boyer Garnier Chevalier François Legrand Gauthier Garcia " \
	    "Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu " \
	    "Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël " \
	    "Meyer Dufour Meunier Brun Blanchard Giraud Joly Rivière " \
	    "Lucas Brunet Gaillard Barbier Arnaud Martinez Gérard Roche " \
	    "Renard Schmitt Roy Leroux Colin Vidal Caron Picard", family, " ")
	givens = split("Anne Claire Sophie Marie Julie Camille Hélène Élise " \
	    "Isabelle Nathalie Catherine Aurélie Pauline Céline Sandrine " \
	    "Florence Émilie Laure Juliette Mathilde Sarah Inès Chloé Léa " \
	    "Margaux Valérie Agnès Béatrice Odile Françoise Pierre Jean " \
	    "Nicolas Thomas Antoine Julien François Philippe Olivier Éric " \
	    "Guillaume Mathieu Benoît Étienne Vincent Xavier Paul Louis " \
	    "Hugo Maxime Alexandre Rémi Jérôme Cédric Loïc Bruno Alain " \
	    "Samir Karim Yann", given, " ")
	drawable = 0 # GPs of all communes in the drawing
}

FNR == 1 { next }

{ csv($0, f) }

part == "zoning" { class[f[1]] = f[2] }

part == "counts" && class[f[1]] != "" && class[f[1]] != "ZIP" && f[2] > 0 {
	drawable += f[2]
	upto[++homes] = drawable
	home[homes] = f[1]
}

part == "communes" { lat[f[1]] = f[5]; lon[f[1]] = f[6] }

# The commune in whose share of all GPs the number falls.
function home_of(number,    low, high, middle) {
	low = 1
	high = homes
	while (low < high) {
		middle = int((low + high) / 2)
		if (number < upto[middle])
			high = middle
		else
			low = middle + 1
	}
	return home[low]
}

# The digits with their Luhn key behind them.
function keyed(digits,    i, digit, sum) {
	for (i = length(digits); i > 0; i--) {
		digit = substr(digits, i, 1) * ((length(digits) - i) % 2 ? 1 : 2)
		sum += digit > 9 ? digit - 9 : digit
	}
	return digits (10 - sum % 10) % 10
}

# A name that nobody has yet, as long as there are enough of them.
function draw_name(    tries, name) {
	do
		name = family[1 + random_below(families)] "," \
		    given[1 + random_below(givens)]
	while (name in taken && ++tries < 50)
	taken[name] = 1
	return name
}

function draw_specialty(    number) {
	number = random_below(100)
	return number < 94 ? "MG" : number < 97 ? "GER" : \
	    number < 99 ? "PED" : "GYN"
}

END {
	if (failed)
		exit 1
	if (homes == 0) {
		print "physicians: no commune to live in" | "cat >&2"
		exit 1
	}
	random_start(seed, 1)
	print "rpps,family,given,specialty,home,lat,lon"
	for (i = 1; i <= count; i++) {
		commune = home_of(random_below(drawable))
		if (!(commune in lat)) {
			print "physicians: no commune " commune | "cat >&2"
			exit 1
		}
		print keyed(sprintf("999%07d", i)) "," draw_name() "," \
		    draw_specialty() "," commune "," lat[commune] "," \
		    lon[commune]
	}
}
