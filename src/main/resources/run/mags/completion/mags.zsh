#compdef mags
# Completion of mags in zsh. To use it: source <(mags completion zsh)

_mags() {
  local others reply
  local -a replies
  {
    IFS= read -r others
    while IFS= read -r reply; do
      replies+=("${${reply%%$'\t'*}//:/\\:}:${reply#*$'\t'}")
    done
  } < <("${(Q)words[1]}" __complete words "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
  case $others in
    files | directories)
      [[ $PREFIX == -*=* ]] && compset -P '*='
      if [[ $others == files ]]; then _files; else _files -/; fi
      ;;
    *) _describe -V mags replies ;;
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _mags "$@"
elif (( $+functions[compdef] )); then
  compdef _mags mags
fi
