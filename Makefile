# netweight: `make help` lists the targets; the variables up to the first blank lines may be set.
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
	@mkdir -p $(@D)
	$(COMPILE) $(OF_LIBRARY) -c -o $@ $<

$(BUILD)/src/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

$(STATIC_LIBRARY): $(LIBRARY_OBJECTS)
	@mkdir -p $(@D)
	rm -f $@
	$(AR) rcsD $@ $(LIBRARY_OBJECTS)

# The one list of exports: every function that the headers declare.
$(BUILD)/netweight.map: $(HEADERS) Makefile
	@mkdir -p $(@D)
	{ echo 'NETWEIGHT_0.1 {'; echo 'global:'; \
	    sed -n '/^NWT_API/{s/(.*//;s/.*[ *]\(nwt_[a-z0-9_]*\)$$/    \1;/p;}' $(HEADERS); \
	    echo 'local: *;'; echo '};'; } > $@

$(SHARED_LIBRARY): $(LIBRARY_OBJECTS) $(BUILD)/netweight.map
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,-z,defs \
	    -Wl,--version-script=$(BUILD)/netweight.map -o $@ $(LIBRARY_OBJECTS)
	ln -sf $(SHARED) $(BUILD)/$(SONAME)
	ln -sf $(SHARED) $(BUILD)/libnetweight.so

$(BUILD)/netweight: $(COMMAND_OBJECTS) $(STATIC_LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(COMMAND_OBJECTS) $(STATIC_LIBRARY)

$(BUILD)/tests/%: tests/%.c $(STATIC_LIBRARY) Makefile
	@mkdir -p $(@D)
	$(COMPILE) -MF $@.d $(OF_TESTS) $(LDFLAGS) -o $@ $< $(STATIC_LIBRARY) -lcmocka

$(BUILD)/tests/bench/%: tests/bench/%.c $(STATIC_LIBRARY) Makefile
	@mkdir -p $(@D)
	$(COMPILE) -MF $@.d $(OF_TESTS) $(LDFLAGS) -o $@ $< $(STATIC_LIBRARY)

# Pages of section 3 from the headers, of the date of the command's own page.
$(BUILD)/man/made: man/pages.awk man/man1/netweight.1 $(HEADERS) Makefile
	rm -rf $(@D)
	mkdir -p $(@D)/man3
	awk -v out=$(@D)/man3 -v date="$$(sed -n 's/^.Dd //p' man/man1/netweight.1)" \
	    -f man/pages.awk $(HEADERS)
	touch $@

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
	-rmdir $(DESTDIR)$(includedir)/netweight
	rm -f $(DESTDIR)$(mandir)/man1/netweight.1
	cd $(BUILD)/man/man3 && for page in *.3; do rm -f $(DESTDIR)$(mandir)/man3/$$page; done

check: $(if $(COMMAND_SOURCES),$(BUILD)/netweight) $(TESTS)  ## all tests (needs cmocka)
	@tests/run $(patsubst %,'$(RUN) %',$(TESTS))

clean:  ## removes what was built
	rm -rf $(BUILD)

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' Makefile

.PHONY: all check clean help

-include $(LIBRARY_OBJECTS:.o=.d) $(COMMAND_OBJECTS:.o=.d) $(TESTS:=.d) $(BENCHES:=.d)
