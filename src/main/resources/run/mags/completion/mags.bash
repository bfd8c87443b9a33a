# Completion of mags in bash 4 and later. To use it: eval "$(mags completion bash)"

_mags() {
  local others reply
  COMPREPLY=()
  {
    IFS= read -r others
    while IFS= read -r reply; do
      COMPREPLY+=("$reply")
    done
  } < <("${COMP_WORDS[0]}" __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
  case $others in
    files) ;;
    directories) compopt +o bashdefault +o default -o dirnames 2>/dev/null ;;
    *) compopt +o bashdefault +o default 2>/dev/null ;;
  esac
}

complete -o bashdefault -o default -o nosort -F _mags mags 2>/dev/null ||
  complete -o bashdefault -o default -F _mags mags
