# bash completion for exhibit. To /usr/share/bash-completion/completions/exhibit

_exhibit() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    local global="--dir --case --json --passphrase-fd --proxy --help"
    local commands="guard init seal send checkin pause codes status remind rekey policy release publish open verify disclose known custody provenance reader contacts travel return device-lost leftovers drill"
    local command= sub= i options= subs=
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            --dir | --case | --passphrase-fd | --proxy | --sentence-fd | --file) ((i++)) ;;
            -*) ;;
            *) if [[ -z $command ]]; then command=${COMP_WORDS[i]}
               elif [[ -z $sub ]]; then sub=${COMP_WORDS[i]}; fi ;;
        esac
    done
    case $before in
        --dir | --data | --cards | --out | --messages) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
        --guardians | --contacts | --smtp-password-file | --smtp-ca | --web-ca | --shares | --case-key | --key | --ics | --csv | --premis | --case-uco | \
            --known | --trust-stamps | --blocks | --headers | --statement | --facts | --file)
            mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --audience) mapfile -t COMPREPLY < <(compgen -W "named staged public" -- "$word"); return ;;
        --show) mapfile -t COMPREPLY < <(compgen -W "instant day year point 10km 100km camera name note" -- "$word"); return ;;
        --number) mapfile -t COMPREPLY < <(compgen -W "1 2" -- "$word"); return ;;
        --case)
            local cases=${XDG_DATA_HOME:-$HOME/.local/share}/exhibit
            mapfile -t COMPREPLY < <(compgen -W "$(ls -- "$cases" 2>/dev/null)" -- "$word"); return ;;
        --every | --grace | --public-after | --quota | --days | --paper | --k | --q | --f | --name | --note | \
            --time | --place | --reader | --to | --rate | --from | --case-id | --listen | --public-address | --recipient | \
            --passphrase-fd | --proxy | --sentence-fd | --duress-fd | --exhibit | --bytes | --as | --smtp | --smtp-user | --mail-from | --since) return ;;
    esac
    case $command in
        "") mapfile -t COMPREPLY < <(compgen -W "$commands $global --version" -- "$word"); return ;;
        guard)
            case $sub in
                "") subs="serve invite explain status hold code resign" ;;
                serve) options="--data --listen --name --public-address --host-releases --spare
                    --smtp --smtp-user --smtp-password-file --smtp-ca --mail-from --web-ca --private-hooks --messages --time" ;;
                invite) options="--data --quota --days" ;;
                status) options="--data" ;;
                hold) options="--data --case-id --number" ;;
                code) options="--data --case-id" ;;
                resign) options="--data --case-id --days" ;;
            esac ;;
        init) options="--guardians --every --grace --audience --to --public-after --paper --cards --contacts --duress-fd
            --trust-every-guardian --drill --k --q --f" ;;
        rekey) options="--guardians --audience --to --public-after --no-duress --paper --cards
            --duress-fd --trust-every-guardian" ;;
        seal) options="--name --note --time --place --from --reader" ;;
        send) options="--to --rate --no-wait" ;;
        checkin) options="--every --grace" ;;
        remind) options="--ics" ;;
        policy)
            case $sub in
                "") subs="change cancel" ;;
                change) options="--audience --to --public-after" ;;
                cancel) options="--yes" ;;
            esac ;;
        release) options="--yes" ;;
        publish) options="--from --case-id --key" ;;
        open) options="--shares --case-key --key --recipient --out" ;;
        verify) options="--full --key --explain --expert --known --trust-stamps --blocks --headers" ;;
        disclose) options="--exhibit --list --show --bytes --time --with-index --without-papers --statement --facts" ;;
        known)
            options="--file"
            if [[ -z $sub ]]; then subs="add remove"; elif [[ $before == add ]]; then subs="witness guardian"; fi ;;
        reader)
            case $sub in
                "") subs="new opened" ;;
                opened) options="--key --from --case-id" ;;
            esac ;;
        custody) options="--csv --premis --case-uco" ;;
        provenance)
            local writing="--signer --key --chain --fact --withhold --reason --with-thumbnails --acknowledge"
            case $sub in
                key) options="--name --organisation --kind --years --root" ;;
                sign) options="$writing --original --did --disclose --disclosures --title --created --beside" ;;
                update | redact) options=$writing ;;
                stamp) options="--signer --key --chain --ask --token" ;;
                *) options="key sign update redact stamp --sidecar --fragment --trust --trust-stamps --know --at" ;;
            esac ;;
        device-lost) options="--since" ;;
        travel) options="--decoy --sentence-fd" ;;
        return) options="--as --sentence-fd" ;;
        drill) options="--guardians --every --grace" ;;
    esac
    if [[ $word == -* || -n $subs ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$subs $options $global" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -o filenames -F _exhibit exhibit
