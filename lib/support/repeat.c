#include "support/repeat.h"

#include "support/bytes.h"

#include <string.h>

enum { WORDS = 3, CONTEXT = WORDS * sizeof(uint64_t) };

void nwti_repeat_begin(nwti_repeats *repeats, const char *text, size_t length)
{
    size_t i;

    repeats->text = text;
    repeats->length = length;
    repeats->level = 0;
    repeats->compared = 0;
    repeats->differs = 0;
    for (i = 0; i < NWTI_REPEAT_PLACES; i++) {
        repeats->places[i].length = 0;
    }
}

/* How many bytes are the same, of `most`. */
static size_t same_bytes(const char *a, const char *b, size_t most)
{
    size_t i = 0;

    while (most - i >= 32 &&
           (nwti_differ_8(a + i, b + i) | nwti_differ_8(a + i + 8, b + i + 8) |
            nwti_differ_8(a + i + 16, b + i + 16) | nwti_differ_8(a + i + 24, b + i + 24)) == 0) {
        i += 32;
    }
    while (most - i >= 8 && nwti_differ_8(a + i, b + i) == 0) {
        i += 8;
    }
    if (most - i >= 4 && nwti_differ_4(a + i, b + i) == 0) {
        i += 4;
    }
    while (i < most && a[i] == b[i]) {
        i++;
    }
    return i;
}

/* How many bytes from `at` on are those of the earlier text from `before` to `stop`. What follows a
   difference within a container is known already where the comparison of that passed. */
static inline size_t compare(nwti_repeats *repeats, size_t at, size_t before, size_t stop)
{
    size_t most = stop - before;

    most = most < repeats->length - at ? most : repeats->length - at;
    if (at >= repeats->differs || at - before != repeats->apart) {
        size_t same = same_bytes(repeats->text + at, repeats->text + before, most);

        repeats->apart = at - before;
        repeats->differs = at + same;
        return same;
    }
    return repeats->differs - at < most ? repeats->differs - at : most;
}

/* All that is compared in vain stays within a few times what was read, whatever the text is. */
static int32_t is_worth_it(const nwti_repeats *repeats, size_t at)
{
    return repeats->compared / 4 <= at;
}

/* A place is known by the bytes before it: a key, and mostly the value before that. */
static nwti_repeat *place_at(nwti_repeats *repeats, size_t at)
{
    /* Bits of the golden ratio, of e and of pi: the products do not wait for each other. */
    static const uint64_t multipliers[WORDS] = {0x9E3779B97F4A7C15u, 0xB7E151628AED2A6Bu,
                                                0x243F6A8885A308D3u};
    uint64_t words[WORDS], hash;

    memcpy(words, repeats->text + at - CONTEXT, sizeof words);
    hash = words[0] * multipliers[0] + words[1] * multipliers[1] + words[2] * multipliers[2];
    return &repeats->places[hash >> 56 & (NWTI_REPEAT_PLACES - 1)];
}

static inline int32_t push_all(nwti_syntax *syntax, const nwti_value *values, size_t count)
{
    nwti_value *into;

    while (syntax->capacity - syntax->count < count) {
        if (!nwti_syntax_grow(syntax)) {
            return 0;
        }
    }
    into = syntax->values + syntax->count;
    syntax->count += count;
    while (count-- > 0) {
        *into++ = *values++;
    }
    return 1;
}

/* From here on the dict's members are compared with those of the earlier one. */
static void guess(const nwti_repeats *repeats, nwti_repeat_level *level, const nwti_repeat *place)
{
    if (place->count == 0) {
        return;
    }
    level->next = place->items;
    level->end = level->next + 2 * (size_t)place->count;
    level->stop = place->at + place->length;
    level->before = place->at + 1;
    while (repeats->text[level->before] != '"') {
        level->before++;
    }
}

char *nwti_repeat_open(nwti_repeats *repeats, nwti_syntax *syntax, char *p)
{
    size_t at = (size_t)(p - syntax->text), same;
    nwti_repeat_level *level;
    nwti_repeat *place;
    nwti_value value;

    if (repeats->level++ >= NWTI_REPEAT_LEVELS) {
        return p;
    }
    level = &repeats->levels[repeats->level - 1];
    level->at = at;
    level->place = place = *p == '{' && at >= CONTEXT ? place_at(repeats, at) : NULL;
    level->next = level->end = NULL;
    if (place == NULL || place->length == 0 || place->depth > syntax->depth ||
        !is_worth_it(repeats, at)) {
        return p;
    }
    same = compare(repeats, at, place->at, place->at + place->length);
    if (same == place->length) {
        repeats->level--;
        value = (nwti_value){NWTI_DICT, 0, place->count, {.items = place->items}};
        return push_all(syntax, &value, 1) ? p + same : NULL;
    }
    repeats->compared += same;
    guess(repeats, level, place);
    return p;
}

/* Tells the key before the one at `at` how far it was. */
static void measure(nwti_syntax *syntax, nwti_repeat_level *level, size_t at)
{
    size_t distance = at - level->key;

    if (syntax->count > syntax->open) {
        syntax->values[syntax->count - 2].flags = (uint16_t)(distance <= UINT16_MAX ? distance : 0);
    }
    level->key = at;
}

/* 1 if the key whose quote stands at `at` ends before `end` and has no escapes: a quote that is
   not its own would have a backslash before it. */
static int32_t is_whole(const nwti_repeats *repeats, const nwti_value *key, size_t at, size_t end)
{
    const char *quote = repeats->text + at;

    return end - at >= (size_t)key->length + 2 && quote[key->length + 1] == '"' &&
           quote[key->length] != '\\';
}

char *nwti_repeat_members(nwti_repeats *repeats, nwti_syntax *syntax, char *p, int32_t *has_key,
                          int32_t *is_end)
{
    size_t at = (size_t)(p - syntax->text), before, same;
    nwti_repeat_level *level;
    const nwti_value *next;

    if (repeats->level > NWTI_REPEAT_LEVELS) {
        return p;
    }
    level = &repeats->levels[repeats->level - 1];
    measure(syntax, level, at);
    if (level->next == level->end || !is_worth_it(repeats, at)) {
        return p;
    }
    before = level->before;
    next = level->next;
    same = before + compare(repeats, at, before, level->stop);
    *is_end = same == level->stop;
    if (*is_end) {
        return push_all(syntax, next, (size_t)(level->end - next)) ? p + (same - before) : NULL;
    }
    /* All members that another key follows within the bytes that are the same. */
    while (next + 2 < level->end && next->flags != 0 && before + next->flags < same) {
        before += next->flags;
        next += 2;
    }
    if (!push_all(syntax, level->next, (size_t)(next - level->next))) {
        return NULL;
    }
    repeats->compared += same - before;
    p += before - level->before;
    level->key = (size_t)(p - syntax->text);
    *has_key = same > before && is_whole(repeats, next, before, same);
    level->before = before + next->flags;
    level->next = *has_key && next->flags != 0 && next + 2 < level->end ? next + 2 : level->end;
    if (!*has_key) {
        return p;
    }
    return push_all(syntax, next, 1) ? p + next->length + 2 : NULL;
}

void nwti_repeat_close(nwti_repeats *repeats, const nwti_syntax *syntax, const char *end)
{
    const nwti_repeat_level *level;
    nwti_repeat *place;

    if (--repeats->level >= NWTI_REPEAT_LEVELS ||
        (level = &repeats->levels[repeats->level])->place == NULL) {
        return;
    }
    place = level->place;
    place->at = level->at;
    place->length = (size_t)(end - syntax->text) - level->at;
    place->depth = syntax->depth;
    place->items = syntax->values[syntax->count - 1].as.items;
    place->count = syntax->values[syntax->count - 1].length;
}
