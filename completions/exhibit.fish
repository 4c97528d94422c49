# fish completion for exhibit. To /usr/share/fish/vendor_completions.d/exhibit.fish

set -l commands guard init seal send checkin status remind release publish open verify custody provenance contacts travel return drill
set -l none "not __fish_seen_subcommand_from $commands"

complete -c exhibit -l dir -r -a '(__fish_complete_directories)' -d 'where cases lie'
complete -c exhibit -l case -x -d 'which case'
complete -c exhibit -l json -d 'one JSON object for programs'
complete -c exhibit -l passphrase-fd -x -d 'read passphrases from this file descriptor'
complete -c exhibit -l proxy -x -d 'SOCKS5 proxy for every connection'
complete -c exhibit -l help -d 'how it is used'
complete -c exhibit -n $none -l version -d 'print the version'

complete -c exhibit -f -n $none -a guard -d 'be a guardian'
complete -c exhibit -f -n $none -a init -d 'begin a case'
complete -c exhibit -f -n $none -a seal -d 'encrypt so that nothing here can open it'
complete -c exhibit -f -n $none -a send -d 'bring sealed exhibits to the guardians'
complete -c exhibit -f -n $none -a checkin -d 'give a signed sign of life'
complete -c exhibit -f -n $none -a status -d 'say how a case stands'
complete -c exhibit -f -n $none -a remind -d 'write a calendar file of reminders'
complete -c exhibit -f -n $none -a release -d 'release a case now'
complete -c exhibit -f -n $none -a publish -d 'build a release folder'
complete -c exhibit -f -n $none -a open -d 'open sealed exhibits'
complete -c exhibit -f -n $none -a verify -d 'check what holds'
complete -c exhibit -f -n $none -a custody -d 'what happened to the exhibits'
complete -c exhibit -f -n $none -a provenance -d 'what a file says of where it comes from'
complete -c exhibit -f -n $none -a contacts -d 'whom the guardians warn'
complete -c exhibit -f -n $none -a travel -d 'leave the case with the guardians'
complete -c exhibit -f -n $none -a return -d 'fetch the case again'
complete -c exhibit -f -n $none -a drill -d 'rehearse a whole release'

function __exhibit_guard -a sub
    __fish_seen_subcommand_from guard; and __fish_seen_subcommand_from $sub
end
complete -c exhibit -f -n '__fish_seen_subcommand_from guard; and not __fish_seen_subcommand_from serve invite explain' \
    -a 'serve invite explain'
complete -c exhibit -n '__fish_seen_subcommand_from guard' -l data -r -a '(__fish_complete_directories)' -d 'folder of this guardian'
complete -c exhibit -n '__exhibit_guard serve' -l listen -x -d 'address and port'
complete -c exhibit -n '__exhibit_guard serve' -l name -x -d 'what witnesses call it'
complete -c exhibit -n '__exhibit_guard serve' -l public-address -x -d 'address in invitations'
complete -c exhibit -n '__exhibit_guard serve' -l host-releases -d 'publish public releases'
complete -c exhibit -n '__exhibit_guard serve' -l time -r -d 'whom to ask for time stamps'
complete -c exhibit -n '__exhibit_guard invite' -l quota -x -d 'how much a case may fill'
complete -c exhibit -n '__exhibit_guard invite' -l days -x -d 'how long it can be used'

complete -c exhibit -n '__fish_seen_subcommand_from init drill' -l guardians -r -d 'file of invitations'
complete -c exhibit -n '__fish_seen_subcommand_from init checkin drill' -l every -x -d interval
complete -c exhibit -n '__fish_seen_subcommand_from init checkin drill' -l grace -x -d grace
complete -c exhibit -n '__fish_seen_subcommand_from init' -l audience -x -a 'named staged public' -d 'who gets it'
complete -c exhibit -n '__fish_seen_subcommand_from init' -l to -x -d 'recipient, age1...'
complete -c exhibit -n '__fish_seen_subcommand_from init' -l public-after -x -d 'when the public follows'
complete -c exhibit -n '__fish_seen_subcommand_from init' -l paper -x -d 'shares on paper'
complete -c exhibit -n '__fish_seen_subcommand_from init' -l cards -r -a '(__fish_complete_directories)' -d 'folder for them'
complete -c exhibit -n '__fish_seen_subcommand_from init' -l trust-every-guardian -d 'none may be dishonest'
complete -c exhibit -n '__fish_seen_subcommand_from init' -l drill -d 'a rehearsal'
complete -c exhibit -n '__fish_seen_subcommand_from init' -l k -x -d 'shares that open'
complete -c exhibit -n '__fish_seen_subcommand_from init' -l q -x -d 'votes that release'
complete -c exhibit -n '__fish_seen_subcommand_from init' -l f -x -d 'guardians that may lie'
complete -c exhibit -n '__fish_seen_subcommand_from seal' -l name -x -d 'of a recording'
complete -c exhibit -n '__fish_seen_subcommand_from seal' -l note -x -d 'a note'
complete -c exhibit -n '__fish_seen_subcommand_from seal' -l time -x -d when
complete -c exhibit -n '__fish_seen_subcommand_from seal' -l place -x -d where
complete -c exhibit -n '__fish_seen_subcommand_from seal' -l from -x -d 'whose card or hand it came from'
complete -c exhibit -n '__fish_seen_subcommand_from seal' -l reader -x -d 'may open at once, age1...'
complete -c exhibit -n '__fish_seen_subcommand_from send' -l to -x -d guardian
complete -c exhibit -n '__fish_seen_subcommand_from send' -l rate -x -d 'bytes a second at most'
complete -c exhibit -n '__fish_seen_subcommand_from send' -l no-wait -d 'end with the first receipt'
complete -c exhibit -n '__fish_seen_subcommand_from remind' -l ics -r -d 'calendar file'
complete -c exhibit -n '__fish_seen_subcommand_from release' -l yes -d 'do not ask for the case name'
complete -c exhibit -n '__fish_seen_subcommand_from publish' -l from -x -d 'any guardian'
complete -c exhibit -n '__fish_seen_subcommand_from publish' -l case-id -x -d 'case there'
complete -c exhibit -n '__fish_seen_subcommand_from publish open' -l key -r -d 'an age key'
complete -c exhibit -n '__fish_seen_subcommand_from open' -l shares -r -d 'words of a share'
complete -c exhibit -n '__fish_seen_subcommand_from open' -l case-key -r -d case-key.age
complete -c exhibit -n '__fish_seen_subcommand_from open' -l recipient -x -d 'of the case'
complete -c exhibit -n '__fish_seen_subcommand_from open' -l out -r -a '(__fish_complete_directories)' -d folder
complete -c exhibit -n '__fish_seen_subcommand_from verify' -l full -d 'block trees too'
complete -c exhibit -n '__fish_seen_subcommand_from custody' -r -l csv -d 'for spreadsheets'
complete -c exhibit -n '__fish_seen_subcommand_from custody' -r -l premis -d 'for archives'
complete -c exhibit -n '__fish_seen_subcommand_from custody' -r -l case-uco -d 'for forensics'
complete -c exhibit -n '__fish_seen_subcommand_from provenance' -r -l sidecar -d 'manifest store beside it'
complete -c exhibit -n '__fish_seen_subcommand_from provenance' -r -l fragment -d 'a fragment of the video'
complete -c exhibit -n '__fish_seen_subcommand_from provenance' -r -l trust -d 'anchors of signers'
complete -c exhibit -n '__fish_seen_subcommand_from provenance' -r -l trust-stamps -d 'anchors of time stamps'
complete -c exhibit -n '__fish_seen_subcommand_from provenance' -r -l know -d 'signers you know'
complete -c exhibit -n '__fish_seen_subcommand_from provenance' -r -l at -d 'judge as of this time'
complete -c exhibit -n '__fish_seen_subcommand_from travel' -l decoy -d 'a second sentence for a decoy'
complete -c exhibit -n '__fish_seen_subcommand_from travel return' -l sentence-fd -x -d 'read the words from this file descriptor'
complete -c exhibit -n '__fish_seen_subcommand_from return' -l as -x -d 'call the case so here'
complete -c exhibit -n '__fish_seen_subcommand_from init' -l contacts -r -d 'whom to warn'
complete -c exhibit -n '__exhibit_guard serve' -l smtp -x -d 'mail relay'
complete -c exhibit -n '__exhibit_guard serve' -l smtp-user -x -d 'login there'
complete -c exhibit -n '__exhibit_guard serve' -l smtp-password-file -r -d 'its password'
complete -c exhibit -n '__exhibit_guard serve' -l smtp-ca -r -d 'authorities of the relay'
complete -c exhibit -n '__exhibit_guard serve' -l mail-from -x -d 'sender'
complete -c exhibit -n '__exhibit_guard serve' -l web-ca -r -d 'authorities of web hooks'
complete -c exhibit -n '__exhibit_guard serve' -l private-hooks -d 'hooks into private networks'
complete -c exhibit -n '__exhibit_guard serve' -l messages -r -a '(__fish_complete_directories)' -d 'texts in other languages'
