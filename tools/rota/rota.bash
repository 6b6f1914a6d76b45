# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# rota.bash: completion for bash.  The client itself knows what may stand next;
# the shell takes "=" for the end of a word, so what stands before it goes.

_rota() {
	local line=${COMP_LINE:0:COMP_POINT} word last
	last=${line##*[[:space:]]}
	COMPREPLY=()
	while IFS= read -r word; do
		if [[ $last == *=* ]]; then
			word=${word#*=}
		fi
		COMPREPLY+=("$word")
	done < <("${COMP_WORDS[0]}" --complete -- "${line#*[[:space:]]}" \
		2>/dev/null)
	if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
		compopt -o nospace
	fi
}
complete -o default -F _rota rota
