# Where it is not about this project, what completed npm before does: zsh's own, or `npm completion`.
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
[[ ${_comps[npm]} == %(complete_func)s ]] || %(complete_func)s_else=${_comps[npm]:-_default}

%(complete_func)s() {
    if [[ $PWD/ != %(root)s/* || ( ${words[2]} != run && ${words[2]} != run-script ) || $CURRENT -lt 3 ]]; then
        $%(complete_func)s_else "$@"
        return
    fi
    local -a plain described response
    local type value help
    response=("${(@f)$(cd %(root)s && env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) \
        %(complete_var)s=%(shell)s_complete %(python)s -m commands.completion)}")
    for type value help in $response; do
        case $type in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain) if [[ $help == _ ]]; then plain+=("$value"); else described+=("$value:$help"); fi ;;
        esac
    done
    (( $#described )) && _describe -V unsorted described -U
    (( $#plain )) && compadd -U -V unsorted -a plain
}
compdef %(complete_func)s npm
