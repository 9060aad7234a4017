# bash completion of inkling-cli. tests/cli/completions.py compares it with --help.
# shellcheck shell=bash

_inkling_cli() {
  local cur prev words cword command="" i
  _init_completion -s || return

  for ((i = 1; i < cword; i++)); do
    case ${words[i]} in
      --library | --model | --image-size | --view | --threads | --precision) i=$((i + 1)) ;;
      -*) ;;
      *)
        command=${words[i]}
        break
        ;;
    esac
  done

  case $prev in
    --like | --output | --image | --labels-file)
      _filedir
      return
      ;;
    --library | --folder | --decode)
      _filedir -d
      return
      ;;
    --type)
      mapfile -t COMPREPLY < <(compgen -W "jpeg png webp tiff gif heic avif jxl raw" -- "$cur")
      return
      ;;
    --orientation)
      mapfile -t COMPREPLY < <(compgen -W "landscape portrait square" -- "$cur")
      return
      ;;
    --sort)
      mapfile -t COMPREPLY < <(compgen -W "relevance newest oldest" -- "$cur")
      return
      ;;
    --when)
      mapfile -t COMPREPLY < <(compgen -W "always mains idle" -- "$cur")
      return
      ;;
    --format)
      mapfile -t COMPREPLY < <(compgen -W "jsonl csv npy" -- "$cur")
      return
      ;;
    --view)
      mapfile -t COMPREPLY < <(compgen -W "squares centre whole" -- "$cur")
      return
      ;;
    --precision)
      mapfile -t COMPREPLY < <(compgen -W "auto f32 bf16 int8" -- "$cur")
      return
      ;;
    --model)
      mapfile -t COMPREPLY < <(compgen -W "$(_inkling_cli_models)" -- "$cur")
      return
      ;;
    --image-size | --threads | --exclude | --include | --not | --region | --weight-text | --save | --saved | --after | --before | --name | --min-size | --limit | --labels | --template | --top | --search | --batch | --seconds)
      return
      ;;
  esac

  if [[ $cur == -* ]]; then
    local options="--library --model --image-size --view --threads --precision --json --quiet --version --help"
    case $command in
      index) options+=" --exclude --include --forget-missing" ;;
      search) options+=" --like --not --region --weight-text --save --saved --folder --after --before --type --name --orientation --min-size --sort --limit --all --no-group" ;;
      similar) options+=" --folder --after --before --type --name --orientation --min-size --sort --limit --all --no-group" ;;
      export) options+=" --format --output" ;;
      watch) options+=" --when" ;;
      embed) options+=" --text --image" ;;
      classify) options+=" --labels --labels-file --template --top" ;;
      check) options+=" --repair" ;;
      bench) options+=" --image --text --contended --search --decode --batch --seconds" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    [[ ${COMPREPLY[*]-} == *= ]] && compopt -o nospace
    return
  fi

  case $command in
    "") mapfile -t COMPREPLY < <(compgen -W "index search similar saved duplicates export status failed retry forget watch models embed tokenize classify check bench" -- "$cur") ;;
    index | forget) _filedir -d ;;
    similar | classify | embed) _filedir ;;
    saved) mapfile -t COMPREPLY < <(compgen -W "list rename remove" -- "$cur") ;;
    models)
      case $prev in
        models) mapfile -t COMPREPLY < <(compgen -W "list add use undo confirm remove verify offers download" -- "$cur") ;;
        add) _filedir -d ;;
        use | remove | verify) mapfile -t COMPREPLY < <(compgen -W "$(_inkling_cli_models)" -- "$cur") ;;
      esac
      ;;
  esac
}

# The names of the models that there are.
_inkling_cli_models() {
  inkling-cli models list --json 2>/dev/null | sed -n 's/^{"name":"\([^"]*\)".*/\1/p'
}

complete -F _inkling_cli inkling-cli
