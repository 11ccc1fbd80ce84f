# netweight. `make help` lists the targets; the variables up to the first blank line may be set.
CC = cc
AR = ar
STRIP = strip
CFLAGS = -O2 -g
LDFLAGS =
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
# V=1 shows the commands.
Q = $(if $(V),,@)

# The header has the version; the soname changes only when the ABI breaks.
VERSION := $(shell sed -n 's/^.define NWT_VERSION "\(.*\)"/\1/p' include/netweight.h)
SONAME = libnetweight.so.0
SHARED = libnetweight.so.$(VERSION)
HEADERS = include/netweight.h include/netweight/kind.h

WARNINGS = -Wall -Wextra -Wno-missing-field-initializers
COMPILE = $(CC) -std=c11 -pedantic $(WARNINGS) $(CFLAGS) -Iinclude -MMD -MP \
    -ffile-prefix-map=$(CURDIR)=.
OF_LIBRARY = -Ilib -fPIC -fvisibility=hidden -fexceptions
OF_TESTS = -Ilib -Itests -DGOLDEN='"tests/golden"' -DNETWEIGHT='"$(BUILD)/netweight"'

LIBRARY_SOURCES := $(filter-out lib/layers/_template.c,$(sort $(wildcard lib/*/*.c)))
COMMAND_SOURCES := $(sort $(wildcard src/*.c))
BENCH_SOURCES := $(sort $(wildcard tests/bench/*.c))
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))
TEST_SOURCES := $(filter-out tests/bench/% tests/fuzz/%,\
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

all: $(BUILD)/netweight $(STATIC_LIBRARY) $(SHARED_LIBRARY) $(BUILD)/man/made  ## the command and both libraries (default)

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

# The one list of exports: every function that the headers declare.
$(BUILD)/netweight.map: $(HEADERS) Makefile
	@echo "  MAP   $@"
	@mkdir -p $(@D)
	$(Q){ echo 'NETWEIGHT_0.1 {'; echo 'global:'; \
	    sed -n '/^NWT_API/{s/(.*//;s/.*[ *]\(nwt_[a-z0-9_]*\)$$/    \1;/p;}' $(HEADERS); \
	    echo 'local: *;'; echo '};'; } > $@

$(SHARED_LIBRARY): $(LIBRARY_OBJECTS) $(BUILD)/netweight.map
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,-z,defs \
	    -Wl,--version-script=$(BUILD)/netweight.map -o $@ $(LIBRARY_OBJECTS)
	$(Q)ln -sf $(SHARED) $(BUILD)/$(SONAME)
	$(Q)ln -sf $(SHARED) $(BUILD)/libnetweight.so

$(BUILD)/netweight: $(COMMAND_OBJECTS) $(STATIC_LIBRARY)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(COMMAND_OBJECTS) $(STATIC_LIBRARY)

$(BUILD)/tests/%: tests/%.c $(STATIC_LIBRARY) Makefile
	@echo "  CC    $@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MF $@.d $(OF_TESTS) $(LDFLAGS) -o $@ $< $(STATIC_LIBRARY) -lcmocka

$(BUILD)/tests/bench/%: tests/bench/%.c $(STATIC_LIBRARY) Makefile
	@echo "  CC    $@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MF $@.d $(OF_TESTS) $(LDFLAGS) -o $@ $< $(STATIC_LIBRARY)

# Pages of section 3 from the headers, of the date of the command's own page.
$(BUILD)/man/made: man/man3/pages.awk man/man1/netweight.1 $(HEADERS) Makefile
	@echo "  MAN   $(@D)/man3"
	@rm -rf $(@D)
	@mkdir -p $(@D)/man3
	$(Q)awk -v out=$(@D)/man3 -v date="$$(sed -n 's/^.Dd //p' man/man1/netweight.1)" \
	    -f man/man3/pages.awk $(HEADERS)
	@touch $@

install: all  ## installs all under $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(libdir)/pkgconfig \
	    $(DESTDIR)$(includedir)/netweight $(DESTDIR)$(mandir)/man1 $(DESTDIR)$(mandir)/man3
	install -m 755 $(BUILD)/netweight $(DESTDIR)$(bindir)
	install -m 644 include/netweight.h $(DESTDIR)$(includedir)
	install -m 644 include/netweight/kind.h $(DESTDIR)$(includedir)/netweight
	install -m 644 $(STATIC_LIBRARY) $(DESTDIR)$(libdir)
	install -m 755 $(SHARED_LIBRARY) $(DESTDIR)$(libdir)
	ln -sf $(SHARED) $(DESTDIR)$(libdir)/$(SONAME)
	ln -sf $(SHARED) $(DESTDIR)$(libdir)/libnetweight.so
	sed -e 's|@prefix@|$(PREFIX)|' -e 's|@version@|$(VERSION)|' \
	    -e 's|@libdir@|$(patsubst $(PREFIX)/%,$${prefix}/%,$(libdir))|' \
	    -e 's|@includedir@|$(patsubst $(PREFIX)/%,$${prefix}/%,$(includedir))|' \
	    pkgconfig/netweight.pc.in > $(DESTDIR)$(libdir)/pkgconfig/netweight.pc
	chmod 644 $(DESTDIR)$(libdir)/pkgconfig/netweight.pc
	install -m 644 man/man1/netweight.1 $(DESTDIR)$(mandir)/man1
	install -m 644 $(BUILD)/man/man3/*.3 $(DESTDIR)$(mandir)/man3

install-strip: install  ## the same, without symbols for debuggers
	$(STRIP) $(DESTDIR)$(bindir)/netweight
	$(STRIP) --strip-unneeded $(DESTDIR)$(libdir)/$(SHARED)
	$(STRIP) --strip-debug $(DESTDIR)$(libdir)/libnetweight.a

uninstall: $(BUILD)/man/made  ## removes what install put there
	rm -f $(DESTDIR)$(bindir)/netweight
	rm -f $(addprefix $(DESTDIR)$(libdir)/,libnetweight.a libnetweight.so $(SONAME) $(SHARED) \
	    pkgconfig/netweight.pc)
	rm -f $(addprefix $(DESTDIR)$(includedir)/,netweight.h netweight/kind.h)
	[ ! -d $(DESTDIR)$(includedir)/netweight ] || rmdir $(DESTDIR)$(includedir)/netweight
	rm -f $(DESTDIR)$(mandir)/man1/netweight.1
	for page in $(BUILD)/man/man3/*.3; do \
	    rm -f $(DESTDIR)$(mandir)/man3/$${page##*/}; done

$(BUILD)/tests/fuzz/%: tests/fuzz/%.c $(STATIC_LIBRARY) Makefile
	@echo "  CC    $@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MF $@.d $(OF_TESTS) -fsanitize=fuzzer -o $@ $< $(STATIC_LIBRARY)

check: $(if $(COMMAND_SOURCES),$(BUILD)/netweight) $(TESTS)  ## all tests (needs cmocka)
	@tests/run $(patsubst %,'$(RUN) %',$(TESTS))

# The checks beyond: scripts that print as cmocka does, and the suite built in other ways.
SCRIPT = @BUILD='$(BUILD)' CC='$(CC)' MAKE='$(MAKE)' tests/run
AGAIN = +@$(MAKE) --no-print-directory

check-headers:  ## the headers alone, as every C and C++
	$(SCRIPT) tests/check/headers.sh

check-arrows:  ## the structure of the sources
	$(SCRIPT) tests/check/arrows.sh

check-exports: all  ## the libraries hold what the headers declare
	$(SCRIPT) tests/check/exports.sh

check-man: all  ## the man pages (needs mandoc)
	$(SCRIPT) tests/check/man.sh

check-install: all  ## install, programs by pkg-config, uninstall
	$(SCRIPT) tests/check/install.sh

check-ffi: all  ## the library from Python (needs python3)
	$(SCRIPT) tests/check/ffi.sh

check-formats: all  ## JSON, CSV and Markdown by other parsers (needs python3)
	$(SCRIPT) tests/check/formats.sh

check-builds:  ## other folders and -j give the same bytes
	$(SCRIPT) tests/check/builds.sh

check-cross:  ## other processors and C libraries give the same output
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

check-stack: $(BUILD)/tests/test_nesting  ## the deepest nesting, on a small stack
	$(SCRIPT) tests/check/stack.sh

check-valgrind: all $(TESTS)  ## a sample of the tests and the command under valgrind
	$(SCRIPT) 'VALGRIND_TESTS="$(filter-out %_damage %/test_command,$(TESTS))" tests/check/valgrind.sh'

fuzz:  ## each fuzz target for FUZZ_SECONDS (needs clang)
	$(AGAIN) BUILD=$(BUILD)/fuzz CC=clang \
	    CFLAGS='$(SANITIZE) -fsanitize=fuzzer-no-link' run-fuzz

run-fuzz: $(FUZZERS)
	@tests/run $(patsubst %,'tests/check/fuzz.sh % $(FUZZ_SECONDS)',$(FUZZERS))

bench: $(BENCHES)  ## the benchmarks
	@for bench in $(BENCHES); do $$bench || exit 1; done

CHECKS = check check-headers check-arrows check-exports check-man check-install check-ffi \
    check-formats check-builds check-stack check-gcc check-clang check-asan check-blocks \
    check-valgrind check-cross fuzz
check-all:  ## all of these
	+@tests/run $(patsubst %,'$(MAKE) --no-print-directory %',$(CHECKS))

clean:  ## removes what was built
	rm -rf $(BUILD)

FORMATTED = $$(git ls-files '*.c' '*.h')

format:  ## the sources laid out by .clang-format
	clang-format -i $(FORMATTED)

check-format:  ## all sources stand as `make format` lays them out
	@clang-format --dry-run -Werror $(FORMATTED) && echo "1 passed, 0 failed"

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' Makefile

.PHONY: all format install install-strip uninstall run-fuzz bench check-all clean help $(CHECKS)

-include $(LIBRARY_OBJECTS:.o=.d) $(COMMAND_OBJECTS:.o=.d) $(TESTS:=.d) $(BENCHES:=.d)
