# fish completion of inkling-cli. tests/cli/completions.py compares it with --help.

# The names of the models that there are.
function __inkling_cli_models
    inkling-cli models list --json 2>/dev/null | string replace -rf '^\{"name":"([^"]*)".*' '$1'
end

set -l commands index search similar saved duplicates export status failed retry forget watch models embed tokenize classify check bench

complete -c inkling-cli -f
complete -c inkling-cli -l library -x -a '(__fish_complete_directories)' -d 'The library’s folder'
complete -c inkling-cli -l model -x -a '(__inkling_cli_models)' -d 'Use this model for this call only'
complete -c inkling-cli -l image-size -x -d 'Side of the square that the image tower sees'
complete -c inkling-cli -l view -x -a 'squares centre whole' -d 'What the model is shown of a photo'
complete -c inkling-cli -l threads -x -d 'Threads of the engine'
complete -c inkling-cli -l precision -x -a 'auto f32 bf16 int8' -d 'Arithmetic of the engine'
complete -c inkling-cli -l json -d 'Print JSON'
complete -c inkling-cli -l quiet -d 'No progress and no notes'
complete -c inkling-cli -l version -d 'Print the version and exit'
complete -c inkling-cli -s h -l help -d 'Print this help and exit'

complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a index -d 'Add folders to the library and index their photos'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a search -d 'Find photos by words, by pictures or by both'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a similar -d 'Find photos that look like this one, which itself is left out'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a saved -d 'List, rename and remove saved searches'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a duplicates -d 'List groups of near-duplicates'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a export -d 'Print what the library knows of its photos, or their embeddings'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a status -d 'Print folders, counts, model, formats and sizes'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a failed -d 'List the photos that could not be read, with the reason'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a retry -d 'Try again the photos that could not be read'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a forget -d 'Take a folder out of the library'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a watch -d 'Stay, and index changes in the folders as they happen'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a models -d 'List, add, choose, remove, verify and download models'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a embed -d 'Print the embeddings of texts and pictures'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a tokenize -d 'Print the token ids of texts, with start and end'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a classify -d 'Tell which of the given labels fits each picture'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a check -d 'Check the library’s integrity'
complete -c inkling-cli -n "not __fish_seen_subcommand_from $commands" -a bench -d 'Time the towers and search on this machine'

complete -c inkling-cli -n "__fish_seen_subcommand_from index" -l exclude -x -d 'Leave out of FOLDER, from now on, what has this name or path below it'
complete -c inkling-cli -n "__fish_seen_subcommand_from index" -l include -x -d 'Take such an exclusion back'
complete -c inkling-cli -n "__fish_seen_subcommand_from index" -l forget-missing -d 'Take out what is not found, however much it is'
complete -c inkling-cli -n "__fish_seen_subcommand_from index" -a '(__fish_complete_directories)'

complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l like -r -F -d 'Photos that look like this picture'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l not -x -d 'Stay away from this description'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l region -x -d 'Only this part of the first --like picture, in fractions'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l weight-text -x -d 'Share of the words where there are pictures too'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l save -x -d 'Save this search under a name'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l saved -x -d 'Search as saved, with what else is given here'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l folder -x -a '(__fish_complete_directories)' -d 'Only photos below this folder'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l after -x -d 'Taken on this day or later'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l before -x -d 'Taken on this day or earlier'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l type -x -a 'jpeg png webp tiff gif heic avif jxl raw' -d 'Only this format, by content'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l name -x -d 'Only file names that contain this, or match it with * and ?'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l orientation -x -a 'landscape portrait square' -d 'Only photos that stand like this'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l min-size -x -d 'Only photos that are at least so large'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l sort -x -a 'relevance newest oldest' -d 'Order'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l limit -x -d 'At most so many'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l all -d 'Weak matches too, after the strong ones'
complete -c inkling-cli -n "__fish_seen_subcommand_from search" -l no-group -d 'Do not collapse near-duplicates'

complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -l folder -x -a '(__fish_complete_directories)' -d 'Only photos below this folder'
complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -l after -x -d 'Taken on this day or later'
complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -l before -x -d 'Taken on this day or earlier'
complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -l type -x -a 'jpeg png webp tiff gif heic avif jxl raw' -d 'Only this format, by content'
complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -l name -x -d 'Only file names that contain this, or match it with * and ?'
complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -l orientation -x -a 'landscape portrait square' -d 'Only photos that stand like this'
complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -l min-size -x -d 'Only photos that are at least so large'
complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -l sort -x -a 'relevance newest oldest' -d 'Order'
complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -l limit -x -d 'At most so many'
complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -l all -d 'Weak matches too, after the strong ones'
complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -l no-group -d 'Do not collapse near-duplicates'
complete -c inkling-cli -n "__fish_seen_subcommand_from similar" -F

complete -c inkling-cli -n "__fish_seen_subcommand_from saved" -a 'list rename remove'

complete -c inkling-cli -n "__fish_seen_subcommand_from export" -l format -x -a 'jsonl csv npy' -d 'jsonl or csv'
complete -c inkling-cli -n "__fish_seen_subcommand_from export" -l output -r -F -d 'To this file'

complete -c inkling-cli -n "__fish_seen_subcommand_from forget" -a '(__fish_complete_directories)'

complete -c inkling-cli -n "__fish_seen_subcommand_from watch" -l when -x -a 'always mains idle' -d 'From now on index in the background always'

complete -c inkling-cli -n "__fish_seen_subcommand_from models" -a 'list add use undo confirm remove verify offers download'

complete -c inkling-cli -n "__fish_seen_subcommand_from embed" -l text -x -d 'A text to embed'
complete -c inkling-cli -n "__fish_seen_subcommand_from embed" -l image -r -F -d 'A picture to embed'

complete -c inkling-cli -n "__fish_seen_subcommand_from classify" -l labels -x -d 'The labels, with commas between'
complete -c inkling-cli -n "__fish_seen_subcommand_from classify" -l labels-file -r -F -d 'A file with a label on each line'
complete -c inkling-cli -n "__fish_seen_subcommand_from classify" -l template -x -d 'A sentence with {} where the label goes'
complete -c inkling-cli -n "__fish_seen_subcommand_from classify" -l top -x -d 'Print only the N likeliest'
complete -c inkling-cli -n "__fish_seen_subcommand_from classify" -F

complete -c inkling-cli -n "__fish_seen_subcommand_from check" -l repair -d 'Mend what can be mended'

complete -c inkling-cli -n "__fish_seen_subcommand_from bench" -l image -d 'Time the image tower'
complete -c inkling-cli -n "__fish_seen_subcommand_from bench" -l text -d 'Time the text tower on a query of ten tokens'
complete -c inkling-cli -n "__fish_seen_subcommand_from bench" -l contended -d 'Time the query also while pictures are encoded without a pause'
complete -c inkling-cli -n "__fish_seen_subcommand_from bench" -l search -x -d 'Time exact search over N embeddings, random ones and clustered ones'
complete -c inkling-cli -n "__fish_seen_subcommand_from bench" -l decode -x -a '(__fish_complete_directories)' -d 'Time decoding the pictures of FOLDER as for indexing'
complete -c inkling-cli -n "__fish_seen_subcommand_from bench" -l batch -x -d 'Pictures a call'
complete -c inkling-cli -n "__fish_seen_subcommand_from bench" -l seconds -x -d 'How long each is timed'
