#!/bin/sh
# What `make install` leaves, what a program does with it, and what `make uninstall` leaves.
. tests/check/checks.sh

stage=$work/stage
prefix=$work/usr
root=$stage$prefix
make=${MAKE:-make}
run() { "$make" -s "BUILD=$BUILD" "DESTDIR=$stage" "PREFIX=$prefix" "$@" > "$work/log" 2>&1 ||
    { cat "$work/log"; return 1; } }
tree() { (cd "$root" && find . ! -type d -exec ls -l {} + | awk '{print $1, $5, $9, $11}'); }

touch "$work/before"
check "install" run install
tree > "$work/first"
check "install again" run install
tree > "$work/second"
check "the second changes nothing" diff "$work/first" "$work/second"
outside() { find "$prefix" 2> /dev/null; find "$stage" ! -path "$root*" ! -type d; }
check_silent "nothing outside DESTDIR" outside
for file in bin/netweight include/netweight.h include/netweight/kind.h include/netweight/work.h \
    lib/libnetweight.a \
    lib/libnetweight.so lib/libnetweight.so.0 lib/pkgconfig/netweight.pc \
    share/man/man1/netweight.1 share/man/man3/nwt_call.3 share/man/man3/netweight.3; do
    check "installed: $file" test -s "$root/$file"
done
paths() { grep -rlF -e "$PWD" -e "$stage" "$root"; }
check_silent "no path of this machine in what is installed" paths

# What bash offers after a word, by the completion that was installed.
offered() {
    bash -c '. "$1"; shift; COMP_WORDS=(netweight "$@") COMP_CWORD=$#; _netweight
        echo "${COMPREPLY[*]}"' bash "$root/share/bash-completion/completions/netweight" "$@"
}
offers() {
    [ "$(shift; PATH="$root/bin:$PATH" offered "$@")" = "$1" ] || { offered "$@"; return 1; }
}
if has bash; then
    check "completion: an option" offers "--style" --sty
    check "completion: its values" offers "keras-2.0 keras-2.7 keras-2.13" --style keras-2
    check "completion: a command" offers "memory" mem
    check "completion: a kind" offers "Conv2DTranspose" kinds Conv2DT
else
    skip "completion: bash is not here"
fi
for shell in zsh fish; do
    case $shell in
    zsh) file=zsh/site-functions/_netweight ;;
    fish) file=fish/vendor_completions.d/netweight.fish ;;
    esac
    if has $shell; then
        check "completion: $shell reads it" $shell -n "$root/share/$file"
    else
        check "completion: $shell has one" test -s "$root/share/$file"
    fi
done

version=$(sed -n 's/^#define NWT_VERSION "\(.*\)"/\1/p' include/netweight.h)
check "the command says the version" test "$("$root/bin/netweight" --version)" = "netweight $version"

# A program of a user: the README's, found by pkg-config alone.
export PKG_CONFIG_PATH="$root/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$stage"
export LD_LIBRARY_PATH="$root/lib"
block() { awk -v start="^\`\`\`$1\$" '$0 ~ start {on = 1; next} /^```/ {on = 0} on' README.md; }
block c > "$work/program.c"
cp "$work/program.c" "$work/program.cc"
builds() {
    flags=$(pkg-config --cflags --libs $4 netweight) &&
        $2 -Wall -Wextra -Werror -pedantic -o "$work/program" "$3" $flags $4 &&
        [ "$("$work/program")" = "$1" ]
}
# A plug-in: the example that stands in the header.
{
    printf '#include <netweight/kind.h>\n#include <stdio.h>\n'
    sed -n '/^ \*     struct /,/^ \*$/s/^ \*     //p' include/netweight/kind.h
    cat << 'END'
int main(void)
{
    nwt_context *ctx = nwt_context_new(NULL);
    int64_t dims[] = {5, 7};
    if (add_scale(ctx)) { return 1; }
    nwt_tensor *x = nwt_input(ctx, 2, dims, NULL);
    nwt_tensor *y = nwt_call(nwt_layer_parse(ctx, "Scale(axis=1)"), x);
    nwt_model *m = nwt_model_new(ctx, 1, &x, 1, &y, NULL);
    nwt_context *other = nwt_context_new(NULL);
    nwt_layer *unknown = nwt_layer_new(other, "Scale");
    printf("%d%s %s\n", (int)nwt_model_params(m), nwt_message(ctx), unknown ? "known" : "unknown");
    nwt_context_free(other);
    nwt_context_free(ctx);
    return 0;
}
END
} > "$work/plugin.c"
cp "$work/plugin.c" "$work/plugin.cc"
if has pkg-config; then
    check "pkg-config finds no fault" pkg-config --validate netweight
    check "pkg-config has the header's version" \
        test "$(pkg-config --modversion netweight)" = "$version"
    counts='251210 parameters, 1004840 bytes'
    check "a program in C" builds "$counts" "$CC -std=c11" "$work/program.c"
    check "a program in C, static" builds "$counts" "$CC -std=c11" "$work/program.c" --static
    check "a plug-in" builds "5 unknown" "$CC -std=c11 -Wno-missing-field-initializers" \
        "$work/plugin.c"
    if has g++; then
        check "a program in C++" builds "$counts" "g++ -std=c++11" "$work/program.cc"
        check "a plug-in in C++" builds "5 unknown" \
            "g++ -std=c++11 -pedantic-errors -Wno-missing-field-initializers" "$work/plugin.cc"
    else
        skip "a program in C++"
    fi
else
    skip "programs by pkg-config"
fi
unset PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR

# A folder with a space, and CMake.
spaced="$work/a b"
check "install into a folder with a space" run "PREFIX=/opt/net weight" "DESTDIR=$spaced" install
check "the package file there is valid" env "PKG_CONFIG_PATH=$spaced/opt/net weight/lib/pkgconfig" \
    pkg-config --validate netweight
check "uninstall from there" run "PREFIX=/opt/net weight" "DESTDIR=$spaced" uninstall
check_silent "which leaves nothing" find "$spaced" ! -type d
cmake_program() {
    cat > "$work/CMakeLists.txt" << 'END'
cmake_minimum_required(VERSION 3.10)
project(program C)
find_package(netweight 0.1 REQUIRED)
add_executable(shared program.c)
target_link_libraries(shared netweight::netweight)
add_executable(static program.c)
target_link_libraries(static netweight::netweight_static)
END
    cmake -S "$work" -B "$work/cmake" "-DCMAKE_PREFIX_PATH=$root" > "$work/log" 2>&1 &&
        cmake --build "$work/cmake" >> "$work/log" 2>&1 || { cat "$work/log"; return 1; }
    [ "$("$work/cmake/shared")" = "$counts" ] && [ "$("$work/cmake/static")" = "$counts" ]
}
if has cmake; then
    check "a program by CMake" cmake_program
else
    skip "a program by CMake"
fi

# What a distribution asks of all that it builds.
hardened() {
    hardening='-O2 -fstack-protector-strong -fstack-clash-protection -fPIE'
    CFLAGS="$hardening" CPPFLAGS=-D_FORTIFY_SOURCE=2 LDFLAGS='-pie -Wl,-z,relro -Wl,-z,now' \
        "$make" -s "BUILD=$BUILD/hardened" "$BUILD/hardened/netweight" > "$work/log" 2>&1 ||
        { cat "$work/log"; return 1; }
    readelf -d "$BUILD/hardened/netweight" | grep -q BIND_NOW &&
        readelf -h "$BUILD/hardened/netweight" | grep -q DYN &&
        nm "$BUILD/hardened/netweight" | grep -q '_chk'
}
check "the environment's flags are taken" hardened

exports() { nm -D --defined-only "$root/lib/libnetweight.so" | awk '{print $3}'; }
exports > "$work/exports"
check "install-strip" run install-strip
exports > "$work/stripped"
check "install-strip keeps the exports" diff "$work/exports" "$work/stripped"

check "uninstall" run uninstall
left() { find "$root" ! -type d; find "$root" -path '*netweight*'; }
check_silent "uninstall leaves nothing" left
check "uninstall again" run uninstall

finish
