# Where it is not about this project, npm's own completion answers, if there is one: `npm completion`.
%(complete_func)s() {
    if [[ $PWD/ != %(root)s/* || ( ${COMP_WORDS[1]} != run && ${COMP_WORDS[1]} != run-script ) || $COMP_CWORD -lt 2 ]]; then
        if declare -F _npm_completion > /dev/null; then _npm_completion "$@"; else compopt -o default; fi
        return
    fi
    local IFS=$'\n' response completion type value
    response=$(cd %(root)s && env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD %(complete_var)s=%(shell)s_complete \
        %(python)s -m commands.completion)
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            *) COMPREPLY+=("$value") ;;
        esac
    done
}
complete -o nosort -F %(complete_func)s npm
