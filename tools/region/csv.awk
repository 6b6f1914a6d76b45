# SPDX-License-Identifier: ISC
#
# csv(line, field): the fields of one CSV line in field[1], field[2] ...; their
# number.  A field in double quotes may hold commas and doubled quotes.

function csv(line, field,    count, value, more) {
	split("", field)
	count = 0
	sub(/\r$/, "", line)
	do {
		value = ""
		if (substr(line, 1, 1) == "\"") {
			line = substr(line, 2)
			while (match(line, /"/)) {
				value = value substr(line, 1, RSTART - 1)
				line = substr(line, RSTART + 1)
				if (substr(line, 1, 1) != "\"")
					break
				value = value "\""
				line = substr(line, 2)
			}
			field[++count] = value
		} else {
			match(line, /^[^,]*/)
			field[++count] = substr(line, 1, RLENGTH)
			line = substr(line, RLENGTH + 1)
		}
		more = substr(line, 1, 1) == ","
		line = substr(line, 2)
	} while (more)
	return count
}

# Ends the program, and says where the input is wrong.
function refuse(why) {
	print FILENAME ":" FNR ": " why | "cat >&2"
	close("cat >&2")
	failed = 1
	exit 1
}
