# Completion of mags in fish. To use it: mags completion fish | source

function __mags_complete
    set -l typed (commandline -ct)
    set -l words (commandline -opc)
    set -l replies ($words[1] __complete words $words[2..-1] (string unescape -- $typed; or echo $typed) 2>/dev/null)
    switch "$replies[1]"
        case files
            __mags_paths $typed __fish_complete_path
        case directories
            __mags_paths $typed __fish_complete_directories
        case '*'
            string join \n -- $replies[2..-1]
    end
end

# Paths, after an option and its sign where they stand in one word.
function __mags_paths
    set -l option (string match -r -- '^-[^=]*=' $argv[1])
    for path in ($argv[2] (string replace -r -- '^-[^=]*=' '' $argv[1]))
        echo "$option$path"
    end
end

complete -c mags -f -k -a '(__mags_complete)'
