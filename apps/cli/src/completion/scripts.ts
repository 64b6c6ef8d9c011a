/** Each asks the command itself what fits: the words so far, the last of them begun. */
export const completionScripts = {
  bash: `_wafleet() {
  local IFS=$'\\n'
  COMPREPLY=($(wafleet complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _wafleet wafleet
`,
  zsh: `_wafleet() {
  local -a found
  found=(\${(f)"$(wafleet complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#found} )); then compadd -a found; else _files; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _wafleet wafleet
`,
  fish: `complete -c wafleet -f -a '(wafleet complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
};
