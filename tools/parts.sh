# Sourced by .ci/run, tools/lint.sh and tools/release-check.sh: runs the parts of a check, of which all run even if one fails.
# A part is "NAME: COMMAND", with no slash in the name. What became of it is in ended, codes and seconds_of, in order.
# shellcheck shell=bash
results=$(mktemp -d)
export results
pairs=
ended=()
codes=()
seconds_of=()
# What still runs is ended with this script, in a process group of its own.
trap 'if [ -n "$pairs" ]; then kill -- "-$pairs" 2>/dev/null; fi; rm -rf "$results"' EXIT

run_part() { # PART; leaves the output, and when done the exit code and the seconds
    local name=${1%%: *} start=$SECONDS
    bash -c "${1#*: }" >"$results/$name" 2>&1
    echo "$? $((SECONDS - start))" >"$results/$name.ending"
    mv "$results/$name.ending" "$results/$name.done"
}
export -f run_part

note() { # NAME CODE SECONDS
    ended+=("$1") codes+=("$2") seconds_of+=("$3")
}

# Two at a time, since most parts keep one processor busy, or AT_A_TIME. The output of each is printed as a whole, in the
# order given.
run_parts() { # PART...
    local name code seconds
    set -m
    # shellcheck disable=SC2016
    printf '%s\n' "$@" | xargs --delimiter '\n' --max-args 1 --max-procs "${AT_A_TIME:-2}" bash -c 'run_part "$1"' run &
    pairs=$(jobs -p)
    set +m
    for name in "${@%%: *}"; do
        while [ ! -e "$results/$name.done" ] && kill -0 -- "-$pairs" 2>/dev/null; do
            sleep 0.2
        done
        echo "== $name"
        cat "$results/$name"
        read -r code seconds <"$results/$name.done" || { code=1 && seconds=0; }
        note "$name" "$code" "$seconds"
    done
    pairs=
}

failures() { # prints a line for each part that failed, and is false if there is one
    local index status=0
    for index in "${!ended[@]}"; do
        if [ "${codes[$index]}" -ne 0 ]; then
            echo "FAILED: ${ended[$index]}"
            status=1
        fi
    done
    return "$status"
}

minutes() { # SECONDS
    printf '%3d:%02d' $(($1 / 60)) $(($1 % 60))
}
