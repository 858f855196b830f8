// What makes each shell ask `rekey complete`. Nothing but that is written in their languages: what may stand where is known in one place.

const bash = `# bash completion for rekey
_rekey() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(rekey complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _rekey rekey
`

const zsh = `#compdef rekey
_rekey() {
  local -a values shown
  local line
  for line in "\${(@f)$(rekey complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -z "$line" ]] && continue
    values+=("\${line%%$'\\t'*}")
    shown+=("\${line/$'\\t'/  -- }")
  done
  if (( \${#values} )); then
    compadd -l -d shown -a values
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == "_rekey" ]]; then
  _rekey "$@"
else
  compdef _rekey rekey
fi
`

const fish = `# fish completion for rekey
function __rekey_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    set -l found (rekey complete -- $words "$current" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c rekey -f -a '(__rekey_complete)'
`

export const scripts = { bash, zsh, fish } as const
