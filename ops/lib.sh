# shellcheck shell=bash
# What the scripts in ops/ share. Sourced, never run. Everything it says goes to standard error,
# so that the standard output of a verb stays clean for machines.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
tools=$root/.tools
program=$root/src/Registry/bin/Release/net10.0/registry.dll
verifier=$root/src/Verify/bin/Release/net10.0/verify.dll

search_tool=$tools/pagefind/pagefind_extended

# Names the program that makes the site's search index, once ops/setup has fetched it; without it the site leads to its lists.
use_search_tool() { [[ ! -x $search_tool ]] || export REGISTRY_SEARCH_TOOL=${REGISTRY_SEARCH_TOOL:-$search_tool}; }

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

say() { printf '%s\n' "$@" >&2; }

die() {
  say "$@"
  exit 4
}

# The user as whom PostgreSQL runs when we are root; the program chooses in the same order.
server_user() { if getent passwd postgres >/dev/null; then echo postgres; else echo nobody; fi; }

# Whether the database server will be able to enter a folder.
reachable() {
  [[ $(id -u) != 0 ]] || setpriv --reuid="$(id -u "$(server_user)")" --regid="$(id -g "$(server_user)")" --clear-groups test -x "$1"
}

# data/ in the checkout. Where root's checkout is closed to others (below /root, say), a place that the server can reach.
default_data() {
  if reachable "$root"; then
    echo "$root/data"
  else
    local elsewhere
    elsewhere=/var/lib/cluster-registry/$(printf %s "$root" | sha256sum | cut -c1-12)
    [[ -d $elsewhere ]] || say \
      "数据库不以 root 身份运行,无法进入 $root;数据改存于 $elsewhere。" \
      "The database does not run as root and cannot enter $root; the data goes to $elsewhere."
    echo "$elsewhere"
  fi
}

# One line that changes whenever a source file of the program does.
sources_stamp() {
  find "$root/src" "$root"/Directory.* "$root/global.json" "$root/.editorconfig" \
    \( -name bin -o -name obj \) -prune -o -type f -printf '%P %s %T@\n' | LC_ALL=C sort | sha256sum
}

mark_built() { sources_stamp >"$(dirname "$program")/built-from"; }

is_built() { [[ -f $program ]] && sources_stamp | cmp -s - "$(dirname "$program")/built-from"; }

# Builds a project or solution with its packages. Says nothing unless something is wrong.
compile() { dotnet msbuild "$root/$1" -restore -nologo -verbosity:quiet -property:Configuration=Release >&2; }

# Builds the program unless it is already built from these very sources, so that a second start is quick.
build_program() {
  ! is_built || return 0
  mkdir -p "$tools"
  (
    # Two scripts started together must not build into the same folder at once.
    flock 9
    ! is_built || exit 0
    say "正在构建(首次约需一分钟)… / Building (about a minute the first time) …"
    # The compiler's server lives on after the build and must not keep the lock.
    compile src/Registry/Registry.csproj 9>&-
    mark_built
  ) 9>"$tools/build.lock"
}

# Builds the verifier unless it is newer than all its sources.
build_verifier() {
  if [[ ! -f $verifier || -n $(find "$root/src/Verify" "$root"/Directory.* \( -name bin -o -name obj \) -prune -o -type f -newer "$verifier" -print -quit) ]]; then
    compile src/Verify/Verify.csproj
  fi
}
