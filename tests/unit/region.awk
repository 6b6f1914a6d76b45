# SPDX-License-Identifier: ISC
#
# The rows of import files as the requests that they stand for; after csv.awk.

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

FNR == 1 {
	keys = csv($0, key)
	kind = FILENAME
	sub(/.*\/[0-9]*-/, "", kind)
	sub(/\.csv$/, "", kind)
	next
}

{
	line = kind " put"
	if (csv($0, f) != keys)
		refuse("not as many fields as the header has")
	for (i = 1; i <= keys; i++) {
		if (f[i] != "")
			line = line " " key[i] "=\"" escaped(f[i]) "\""
	}
	print line
}
