/* Rows of what kinds were called. */
#include "core/past.h"
#include "core/context.h"
#include "core/error.h"

#include <string.h>

int32_t nwti_has_word(const char *words, const char *word)
{
    size_t i;

    while (words != NULL && *words != '\0') {
        for (i = 0; words[i] == word[i] && word[i] != '\0'; i++) {
        }
        if (word[i] == '\0' && (words[i] == ' ' || words[i] == '\0')) {
            return 1;
        }
        for (words += i; *words != ' ' && *words != '\0'; words++) {
        }
        words += *words == ' ';
    }
    return words == NULL;
}

static int32_t enter_class(nwt_context *ctx, const char *name, size_t length, const nwt_past *row,
                           int64_t index)
{
    nwti_past_class *entry = nwti_arena_zeroed(&ctx->permanent, sizeof *entry), *last;
    void **place = entry != NULL ? nwti_map_at(&ctx->past_classes, name, length) : NULL;

    if (place == NULL) {
        return nwti_out_of_memory(ctx);
    }
    entry->row = row;
    entry->index = index;
    for (last = *place; last != NULL && last->next != NULL; last = last->next) {
    }
    if (last != NULL) {
        last->next = entry;
    } else {
        *place = entry;
    }
    return 0;
}

int32_t nwti_past_enter(nwt_context *ctx, const nwt_past *past, int64_t index)
{
    int32_t status = 0;

    for (; past != NULL && past->says != 0 && status == 0; past++) {
        const char *name = past->says == NWT_SAYS_CLASS ? past->written : NULL;
        size_t length;

        for (; name != NULL && *name != '\0' && status == 0;
             name += length + (name[length] == ' ')) {
            length = strcspn(name, " ");
            status = length > 0 ? enter_class(ctx, name, length, past, index) : 0;
        }
    }
    return status;
}

uint64_t nwti_past_bit(const char *key, size_t length)
{
    return (uint64_t)1 << nwti_hash(key, length) % 64;
}

uint64_t nwti_past_bits(const nwt_past *past)
{
    uint64_t bits = 0;

    for (; past != NULL && past->says != 0; past++) {
        const char *key = past->says == NWT_SAYS_KEY ? past->key : "";
        size_t length;

        for (; *key != '\0'; key += length + (key[length] == ' ')) {
            length = strcspn(key, " ");
            bits |= nwti_past_bit(key, length);
        }
    }
    return bits;
}

static const char *keep(nwt_context *ctx, const char *text)
{
    return text != NULL ? nwti_arena_string(&ctx->permanent, text, strlen(text)) : NULL;
}

const nwt_past *nwti_past_keep(nwt_context *ctx, const nwt_past *past, size_t row_size)
{
    const unsigned char *from = (const unsigned char *)past;
    nwt_past *copy;
    size_t count = 0, i;

    if (past == NULL) {
        return NULL;
    }
    while (((const nwt_past *)(const void *)(from + count * row_size))->says != 0) {
        count++;
    }
    copy = nwti_arena_array(&ctx->permanent, count + 1, sizeof *copy);
    for (i = 0; copy != NULL && i <= count; i++) {
        memcpy(&copy[i], from + i * row_size, sizeof *copy);
        copy[i].written = keep(ctx, copy[i].written);
        copy[i].key = keep(ctx, copy[i].key);
        copy[i].now = keep(ctx, copy[i].now);
        copy[i].text = keep(ctx, copy[i].text);
    }
    return copy;
}
