# netweight. `make help` lists the targets; the variables up to the first blank line may be set.
# CC, AR, CFLAGS, CPPFLAGS and LDFLAGS of the environment are taken: what the sources themselves
# need is added to them.
STRIP = strip
CFLAGS ?= -O2 -g
BUILD = build
PREFIX = /usr/local
DESTDIR =
bindir = $(PREFIX)/bin
libdir = $(PREFIX)/lib
includedir = $(PREFIX)/include
mandir = $(PREFIX)/share/man
# A program that runs the tests, as valgrind; how long each fuzz target runs.
RUN =
FUZZ_SECONDS = 60
# The Python of check-keras, how many layers it draws, from which seed, and of which Keras before 3;
# of mutate, how many changes, and the sources that are changed (all of lib and src).
PYTHON = python3
N = 2000
SEED = 1
ERA =
FILES =
# V=1 shows the commands.
Q = $(if $(V),,@)

# The header has the version; the soname changes only when the ABI breaks.
VERSION := $(shell sed -n 's/^.define NWT_VERSION "\(.*\)"/\1/p' include/netweight.h)
ABI = 0

# What the compiler makes programs for: names and words of the linker follow from it.
TARGET := $(shell $(CC) -dumpmachine)
ifneq ($(findstring mingw,$(TARGET)),)
EXE = .exe
SHARED = libnetweight-$(ABI).dll
LINKS = libnetweight.dll.a
EXPORTS = netweight.def
LINK_SHARED = -shared -static-libgcc -Wl,--out-implib,$(BUILD)/libnetweight.dll.a $(BUILD)/netweight.def
else ifneq ($(findstring darwin,$(TARGET)),)
SHARED = libnetweight.$(VERSION).dylib
SONAME = libnetweight.$(ABI).dylib
LINKS = $(SONAME) libnetweight.dylib
EXPORTS = netweight.symbols
LINK_SHARED = -dynamiclib -install_name '$(libdir)/$(SONAME)' -current_version $(VERSION) \
    -compatibility_version $(basename $(VERSION)) \
    -Wl,-exported_symbols_list,$(BUILD)/netweight.symbols
else
SHARED = libnetweight.so.$(VERSION)
SONAME = libnetweight.so.$(ABI)
LINKS = $(SONAME) libnetweight.so
EXPORTS = netweight.map
LINK_SHARED = -shared -Wl,-soname,$(SONAME) -Wl,-z,defs -Wl,--version-script=$(BUILD)/netweight.map \
    $(PACKED)
# Relocations in a tenth of their room, where the linker and the C library know of them.
PACKED := $(shell echo 'int main(void){return 0;}' | $(CC) -Werror -Wl,-z,pack-relative-relocs \
    -x c -o /dev/null - 2> /dev/null && echo -Wl,-z,pack-relative-relocs)
endif
HEADERS = include/netweight.h include/netweight/kind.h include/netweight/work.h

WARNINGS = -Wall -Wextra -Wno-missing-field-initializers
COMPILE = $(CC) -std=c11 -pedantic $(WARNINGS) $(CPPFLAGS) $(CFLAGS) -Iinclude -MMD -MP \
    -ffile-prefix-map=$(CURDIR)=.
OF_LIBRARY = -Ilib -fPIC -fvisibility=hidden -fexceptions
# Where the golden files are laid out, of which most are packed.
UNPACKED = $(abspath $(BUILD))/unpacked
OF_TESTS = -Ilib -Itests -DGOLDEN='"$(UNPACKED)/tests/golden"' -DUNPACKED='"$(UNPACKED)"' \
    -DNETWEIGHT='"$(abspath $(BUILD))/netweight"'

LIBRARY_SOURCES := $(filter-out lib/layers/_template.c,$(sort $(wildcard lib/*/*.c lib/*/*/*.c)))
COMMAND_SOURCES := $(sort $(wildcard src/*.c))
BENCH_SOURCES := $(sort $(wildcard tests/bench/*.c))
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))
TEST_SOURCES := $(filter-out tests/bench/% tests/fuzz/% tests/growth/% tests/oracle/%,\
    $(sort $(wildcard tests/*.c tests/*/*.c)))
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:%.c=$(BUILD)/%.o)
COMMAND_OBJECTS := $(COMMAND_SOURCES:%.c=$(BUILD)/%.o)
TESTS := $(TEST_SOURCES:%.c=$(BUILD)/%)
BENCHES := $(BENCH_SOURCES:%.c=$(BUILD)/%)
FUZZERS := $(FUZZ_SOURCES:%.c=$(BUILD)/%)
STATIC_LIBRARY = $(BUILD)/libnetweight.a
SHARED_LIBRARY = $(BUILD)/$(SHARED)

.DELETE_ON_ERROR:
.SUFFIXES:

all: $(BUILD)/netweight$(EXE) $(STATIC_LIBRARY) $(SHARED_LIBRARY) $(BUILD)/man/made  ## the command and both libraries (default)

$(BUILD)/lib/%.o: lib/%.c Makefile
	@echo "  CC    $@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(OF_LIBRARY) -c -o $@ $<

$(BUILD)/src/%.o: src/%.c Makefile
	@echo "  CC    $@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -c -o $@ $<

$(STATIC_LIBRARY): $(LIBRARY_OBJECTS)
	@echo "  AR    $@"
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcsD $@ $(LIBRARY_OBJECTS)

# The one list of exports: every function that the headers declare, under the version since which
# its comment says that it is there.
$(BUILD)/$(EXPORTS): pkgconfig/exports.awk $(HEADERS) Makefile
	@echo "  GEN   $@"
	@mkdir -p $(@D)
	$(Q)awk -v form=$(suffix $@) -f pkgconfig/exports.awk $(HEADERS) > $@

$(SHARED_LIBRARY): $(LIBRARY_OBJECTS) $(BUILD)/$(EXPORTS)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(LINK_SHARED) -o $@ $(LIBRARY_OBJECTS)
	$(Q)cd $(BUILD) && for link in $(filter-out %.a,$(LINKS)); do ln -sf $(SHARED) $$link; done

$(BUILD)/netweight$(EXE): $(COMMAND_OBJECTS) $(STATIC_LIBRARY)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(COMMAND_OBJECTS) $(STATIC_LIBRARY)

$(BUILD)/tests/%: tests/%.c $(STATIC_LIBRARY) Makefile | $(BUILD)/unpacked/made
	@echo "  CC    $@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MF $@.d $(OF_TESTS) $(LDFLAGS) -o $@ $< $(STATIC_LIBRARY) -lcmocka

$(BUILD)/tests/oracle/unpack: tests/oracle/unpack.c $(STATIC_LIBRARY) Makefile
	@echo "  CC    $@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MF $@.d $(OF_TESTS) $(LDFLAGS) -o $@ $< $(STATIC_LIBRARY)

# Golden files as tests read them: those that stand in tests/golden, and under them those of its
# archives. Made again when anything there is newer, folders too.
$(BUILD)/unpacked/made: $(BUILD)/tests/oracle/unpack \
    $(shell find tests/golden -newer $(BUILD)/unpacked/made 2>&1 | head -n 1 | sed 's/.*/remake/')
	@echo "  UNZIP $(@D)"
	@rm -rf $(@D)
	@mkdir -p $(@D)/tests
	$(Q)cp -R tests/golden $(@D)/tests
	$(Q)for archive in tests/golden/*.zip tests/golden/*/*.zip; do \
	    case $$archive in *'*.zip' | tests/golden/zip/*) continue ;; esac; \
	    folder=$(@D)/$${archive%.zip}; \
	    mkdir -p $$folder && $(RUN) $< $$archive $$folder || exit 1; done
	@touch $@

remake:

$(BUILD)/tests/growth/%: tests/growth/%.c $(STATIC_LIBRARY) Makefile
	@echo "  CC    $@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MF $@.d $(LDFLAGS) -o $@ $< $(STATIC_LIBRARY)

# What the benchmarks compare with, where a network is there.
$(BUILD)/yyjson/tried: tests/bench/yyjson.sh
	@echo "  FETCH $(@D)"
	$(Q)tests/bench/yyjson.sh $(@D)

$(BUILD)/tests/bench/%: tests/bench/%.c $(STATIC_LIBRARY) $(BUILD)/yyjson/tried Makefile
	@echo "  CC    $@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MF $@.d $(OF_TESTS) $(LDFLAGS) \
	    $$(test -e $(BUILD)/yyjson/yyjson.c && \
	    echo -DHAVE_YYJSON -isystem $(BUILD)/yyjson -w $(BUILD)/yyjson/yyjson.c) \
	    -o $@ $< $(STATIC_LIBRARY)

# Pages of section 3 from the headers, of the date of the command's own page.
$(BUILD)/man/made: man/man3/pages.awk man/man1/netweight.1 $(HEADERS) $(BUILD)/netweight$(EXE) Makefile
	@echo "  MAN   $(@D)/man3"
	@rm -rf $(@D)
	@mkdir -p $(@D)/man3
	$(Q)awk -v out=$(@D)/man3 -v date="$$(sed -n 's/^.Dd //p' man/man1/netweight.1)" \
	    -v netweight='$(BUILD)/netweight$(EXE)' -f man/man3/pages.awk $(HEADERS)
	@touch $@

# A sed command that puts $(2) for $(1).
put = -e 's|@$(1)@|$(subst &,\&,$(2))|'
PC_VALUES = $(call put,prefix,$(PREFIX)) $(call put,version,$(VERSION)) \
    $(call put,libdir,$(subst $(PREFIX)/,$${prefix}/,$(libdir))) \
    $(call put,includedir,$(subst $(PREFIX)/,$${prefix}/,$(includedir)))
CMAKE_VALUES = $(call put,version,$(VERSION)) \
    $(call put,libdir,$(libdir)) $(call put,includedir,$(includedir)) \
    $(call put,shared,$(SHARED)) $(call put,import,$(filter %.dll.a,$(LINKS)))
IN = "$(DESTDIR)$(1)"
# A DLL stands beside the programs.
shareddir = $(if $(EXE),$(bindir),$(libdir))
cmakedir = $(libdir)/cmake/netweight

install: all  ## installs all under $(DESTDIR)$(PREFIX)
	install -d $(call IN,$(bindir)) $(call IN,$(libdir)/pkgconfig) $(call IN,$(cmakedir)) \
	    $(call IN,$(includedir)/netweight) $(call IN,$(mandir)/man1) $(call IN,$(mandir)/man3)
	install -m 755 $(BUILD)/netweight$(EXE) $(call IN,$(bindir))
	install -m 644 include/netweight.h include/netweight.hpp $(call IN,$(includedir))
	install -m 644 include/netweight/kind.h include/netweight/work.h \
	    $(call IN,$(includedir)/netweight)
	install -m 644 $(STATIC_LIBRARY) $(call IN,$(libdir))
	install -m 755 $(SHARED_LIBRARY) $(call IN,$(shareddir))
	for link in $(filter-out %.a,$(LINKS)); do \
	    ln -sf $(SHARED) $(call IN,$(libdir))/$$link || exit 1; done
	$(if $(EXE),install -m 644 $(BUILD)/libnetweight.dll.a $(call IN,$(libdir)))
	sed $(PC_VALUES) pkgconfig/netweight.pc.in > $(call IN,$(libdir)/pkgconfig/netweight.pc)
	sed $(CMAKE_VALUES) pkgconfig/netweight-config.cmake.in \
	    > $(call IN,$(cmakedir)/netweight-config.cmake)
	sed $(CMAKE_VALUES) pkgconfig/netweight-config-version.cmake.in \
	    > $(call IN,$(cmakedir)/netweight-config-version.cmake)
	chmod 644 $(call IN,$(libdir)/pkgconfig/netweight.pc) $(call IN,$(cmakedir))/*.cmake
	install -m 644 man/man1/netweight.1 $(call IN,$(mandir)/man1)
	install -m 644 $(BUILD)/man/man3/*.3 $(call IN,$(mandir)/man3)

	for shell in bash:bash-completion/completions/netweight zsh:zsh/site-functions/_netweight \
	    fish:fish/vendor_completions.d/netweight.fish; do \
	    text=$$($(BUILD)/netweight$(EXE) --completion $${shell%%:*}) || continue; \
	    install -d $(call IN,$(PREFIX)/share)/$$(dirname $${shell#*:}) && \
	    printf '%s\n' "$$text" > $(call IN,$(PREFIX)/share)/$${shell#*:} || exit 1; done

install-strip: install  ## the same, without symbols for debuggers
	$(STRIP) $(call IN,$(bindir)/netweight$(EXE))
	$(STRIP) --strip-unneeded $(call IN,$(shareddir)/$(SHARED))
	$(STRIP) --strip-debug $(call IN,$(libdir)/libnetweight.a)

uninstall: $(BUILD)/man/made  ## removes what install put there
	rm -f $(call IN,$(bindir)/netweight$(EXE)) $(call IN,$(shareddir)/$(SHARED))
	for file in libnetweight.a $(LINKS) pkgconfig/netweight.pc; do \
	    rm -f $(call IN,$(libdir))/$$file; done
	rm -f $(call IN,$(cmakedir))/netweight-config*.cmake
	[ ! -d $(call IN,$(cmakedir)) ] || rmdir $(call IN,$(cmakedir))
	rm -f $(call IN,$(includedir)/netweight.h) $(call IN,$(includedir)/netweight.hpp) \
	    $(call IN,$(includedir)/netweight/kind.h) \
	    $(call IN,$(includedir)/netweight/work.h)
	[ ! -d $(call IN,$(includedir)/netweight) ] || rmdir $(call IN,$(includedir)/netweight)
	rm -f $(call IN,$(mandir)/man1/netweight.1)
	rm -f $(call IN,$(PREFIX)/share/bash-completion/completions/netweight) \
	    $(call IN,$(PREFIX)/share/zsh/site-functions/_netweight) \
	    $(call IN,$(PREFIX)/share/fish/vendor_completions.d/netweight.fish)
	for page in $(BUILD)/man/man3/*.3; do \
	    rm -f $(call IN,$(mandir)/man3)/$${page##*/}; done

dist:  ## an archive of the sources as they are committed
	@mkdir -p $(BUILD)
	git archive --format=tar.gz --prefix=netweight-$(VERSION)/ \
	    -o $(BUILD)/netweight-$(VERSION).tar.gz HEAD

$(BUILD)/tests/fuzz/%: tests/fuzz/%.c $(STATIC_LIBRARY) Makefile
	@echo "  CC    $@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MF $@.d $(OF_TESTS) -fsanitize=fuzzer -o $@ $< $(STATIC_LIBRARY)

check: $(if $(COMMAND_SOURCES),$(BUILD)/netweight) $(TESTS) $(BUILD)/unpacked/made  ## all tests (needs cmocka)
	@tests/run $(patsubst %,'$(RUN) %',$(TESTS))

# The checks beyond: scripts that print as cmocka does, and the suite built in other ways.
SCRIPT = @BUILD='$(BUILD)' GOLDEN='$(UNPACKED)/tests/golden' CC='$(CC)' MAKE='$(MAKE)' tests/run
AGAIN = +@$(MAKE) --no-print-directory

check-headers:  ## the headers alone, as every C and C++
	$(SCRIPT) tests/check/headers.sh

check-arrows:  ## the structure of the sources
	$(SCRIPT) tests/check/arrows.sh

check-format:  ## all sources stand as `make format` lays them out (needs clang-format)
	$(SCRIPT) tests/check/format.sh

check-exports: all  ## the libraries hold what the headers declare
	$(SCRIPT) tests/check/exports.sh

check-abi: all  ## symbols, types, sizes and values are those of this version
	$(SCRIPT) tests/check/abi.sh

abi:  ## writes down the ABI of a new version, which check-abi holds
	@CC='$(CC)' tests/check/abi.sh write

check-man: all  ## the man pages (needs mandoc)
	$(SCRIPT) tests/check/man.sh

check-install: all  ## install, programs by pkg-config, uninstall
	$(SCRIPT) tests/check/install.sh

check-ffi: all  ## the library from other languages
	$(SCRIPT) tests/check/ffi.sh

check-formats: all $(BUILD)/unpacked/made  ## JSON, CSV and Markdown by other parsers (needs python3)
	$(SCRIPT) tests/check/formats.sh

check-html: all $(BUILD)/unpacked/made  ## pages in a browser, SVG and DOT by other programs (needs chromium)
	$(SCRIPT) tests/check/html.sh

check-configs: all $(BUILD)/unpacked/made  ## Keras 3 loads the configs that are written (PYTHON has it)
	$(SCRIPT) '$(PYTHON) tests/oracle/load_configs.py $(BUILD)/netweight $(UNPACKED)/tests/golden/models'

check-builds:  ## other folders and -j give the same bytes
	$(SCRIPT) tests/check/builds.sh

check-keras: all  ## N random layers against Keras 3, or that of ERA (2.12), by PYTHON that has it
	@$(PYTHON) tests/oracle/differential$(if $(ERA),_eras.py $(ERA),.py) -n $(N) -s $(SEED) -o $(BUILD)

check-cross: $(BUILD)/unpacked/made  ## other processors and C libraries give the same output
	$(SCRIPT) tests/check/cross.sh

check-gcc:  ## all tests, no warning allowed
	$(AGAIN) BUILD=$(BUILD)/gcc CC=gcc CFLAGS='-O2 -Werror' check

check-clang:  ## all tests, by clang
	$(AGAIN) BUILD=$(BUILD)/clang CC=clang CFLAGS='-O2 -Werror' check

SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
check-asan:  ## all tests, under AddressSanitizer and UndefinedBehaviorSanitizer
	$(AGAIN) BUILD=$(BUILD)/asan CC=gcc CFLAGS='$(SANITIZE)' check

# Each allocation of an arena a block of its own, so that what lies beyond it is seen.
check-blocks:  ## the same, of all but lib/support, with small blocks of memory
	$(AGAIN) BUILD=$(BUILD)/blocks CC=gcc CFLAGS='$(SANITIZE) -DNWTI_SMALL_BLOCKS' \
	    TEST_SOURCES='$(filter-out tests/support/%,$(TEST_SOURCES))' check

# What a reset ends is overwritten: handles that outlive it are seen at once.
check-poison:  ## all tests, in a build with -DNWT_CHECKED
	$(AGAIN) BUILD=$(BUILD)/poison CFLAGS='-O1 -DNWT_CHECKED' check

check-tsan:  ## threads, under ThreadSanitizer
	$(AGAIN) BUILD=$(BUILD)/tsan CC=gcc CFLAGS='-O1 -g -fsanitize=thread' \
	    TEST_SOURCES=tests/test_threads.c check

# No asserts and no unwinding are counted: neither is meant to happen. What no test can reach bears
# GCOVR_EXCL_LINE or GCOVR_EXCL_BR_LINE with the reason.
COVERED = $(BUILD)/coverage
GCOVR = gcovr --add-tracefile $(COVERED)/all.json
coverage:  ## all tests, and which lines and branches they do not reach (needs gcovr)
	@mkdir -p $(COVERED) && find $(COVERED) -name '*.gcda' -exec rm -f {} +
	$(AGAIN) BUILD=$(COVERED) CC=gcc \
	    CFLAGS='-O0 --coverage -fprofile-update=atomic -DNDEBUG' check
	@gcovr --object-directory $(COVERED) --filter lib/ --filter src/ -j 2 \
	    --exclude-unreachable-branches --exclude-throw-branches \
	    --json $(COVERED)/all.json $(COVERED)
	@$(GCOVR) --txt $(COVERED)/lines.txt && $(GCOVR) --branches --txt $(COVERED)/branches.txt
	@for of in lines branches; do \
	    echo "of $$of, with those that are not reached:" && \
	    grep -E '^(lib|src|TOTAL).* [0-9]+%' $(COVERED)/$$of.txt | grep -v ' 100%'; done
	@echo 'marked as out of reach:' && grep -rn 'GCOVR_EXCL' lib src || echo nothing

mutate: N = 100
mutate: $(BUILD)/unpacked/made  ## N random changes of FILES in lib and src, and which of them no test sees (needs python3)
	@CC='$(CC)' python3 tests/check/mutate.py --build $(BUILD)/mutate --golden $(UNPACKED) \
	    -n $(N) -s $(SEED) $(FILES)

check-growth: $(BUILD)/netweight $(BUILD)/tests/growth/api  ## twice the input costs at most twice the instructions (needs valgrind)
	$(SCRIPT) tests/check/growth.sh

check-stack: $(BUILD)/tests/test_nesting  ## the deepest nesting, on a small stack
	$(SCRIPT) tests/check/stack.sh

check-valgrind: all $(TESTS) $(BUILD)/unpacked/made  ## a sample of the tests and the command under valgrind
	$(SCRIPT) 'VALGRIND_TESTS="$(filter-out %_damage %/test_command,$(TESTS))" tests/check/valgrind.sh'

fuzz:  ## each fuzz target for FUZZ_SECONDS (needs clang)
	$(AGAIN) BUILD=$(BUILD)/fuzz CC=clang \
	    CFLAGS='$(SANITIZE) -fsanitize=fuzzer-no-link' run-fuzz

run-fuzz: $(FUZZERS) $(BUILD)/unpacked/made
	@GOLDEN='$(UNPACKED)/tests/golden' tests/run $(patsubst %,'tests/check/fuzz.sh % $(FUZZ_SECONDS)',$(FUZZERS))

bench: $(BENCHES) $(BUILD)/unpacked/made  ## the benchmarks
	@$(BUILD)/tests/bench/models
	@$(BUILD)/tests/bench/search $$(python3 tests/bench/by_hand.py 2> /dev/null)

CHECKS = check check-headers check-arrows check-format check-exports check-abi check-man \
    check-install check-ffi check-formats check-html check-builds check-stack check-growth \
    check-gcc check-clang check-asan check-blocks check-poison check-tsan check-valgrind check-cross fuzz
check-all:  ## all of these
	+@tests/run $(patsubst %,'$(MAKE) --no-print-directory %',$(CHECKS))

clean:  ## removes what was built
	rm -rf $(BUILD)

format:  ## the sources laid out by .clang-format
	clang-format -i $$(git ls-files '*.c' '*.h')

goldens:  ## the golden files that were added are packed (needs python3)
	python3 tests/oracle/pack.py

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' Makefile

.PHONY: all abi coverage check-keras check-configs goldens remake format dist install install-strip uninstall run-fuzz mutate bench check-all clean help $(CHECKS)

-include $(LIBRARY_OBJECTS:.o=.d) $(COMMAND_OBJECTS:.o=.d) $(TESTS:=.d) $(BENCHES:=.d)
