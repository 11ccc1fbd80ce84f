CFLAGS = -O2 -g
WARNINGS = -Wall -Wextra -Wno-missing-field-initializers
BUILD = build
PREFIX = /usr/local

STANDARD = -std=c11 -pedantic $(WARNINGS)
LIBRARY_SOURCES := $(wildcard lib/*/*.c)
LIBRARY_SOURCES := $(filter-out lib/layers/_template.c,$(LIBRARY_SOURCES))
COMMAND_SOURCES := $(wildcard src/*.c)
TEST_SOURCES := $(wildcard tests/*.c tests/support/*.c)
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:%.c=$(BUILD)/%.o)
COMMAND_OBJECTS := $(COMMAND_SOURCES:%.c=$(BUILD)/%.o)

all: $(BUILD)/libnetweight.a $(BUILD)/netweight

$(BUILD)/lib/%.o: lib/%.c
	@mkdir -p $(@D)
	$(CC) $(STANDARD) $(CFLAGS) -fPIC -fvisibility=hidden -Iinclude -Ilib -MMD -c -o $@ $<

$(BUILD)/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(STANDARD) $(CFLAGS) -Iinclude -MMD -c -o $@ $<

$(BUILD)/libnetweight.a: $(LIBRARY_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $(LIBRARY_OBJECTS)

$(BUILD)/netweight: $(COMMAND_OBJECTS) $(BUILD)/libnetweight.a
	$(CC) $(LDFLAGS) -o $@ $(COMMAND_OBJECTS) $(BUILD)/libnetweight.a

$(BUILD)/tests/%: tests/%.c $(BUILD)/libnetweight.a
	@mkdir -p $(@D)
	$(CC) $(STANDARD) $(CFLAGS) -Iinclude -Ilib -Itests -MMD -o $@ $< $(BUILD)/libnetweight.a -lcmocka

TESTS := $(TEST_SOURCES:%.c=$(BUILD)/%)

check: all $(TESTS)
	@for t in $(TESTS); do $$t || exit 1; done

clean:
	rm -rf $(BUILD)

.PHONY: all check clean
-include $(LIBRARY_OBJECTS:.o=.d) $(COMMAND_OBJECTS:.o=.d) $(TESTS:=.d)
