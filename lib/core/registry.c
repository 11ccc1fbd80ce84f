/* Which kinds a context knows: the built-in ones, laid out at their first use, and plug-ins. */
#include "core/context.h"
#include "core/error.h"
#include "core/nearest.h"
#include "core/option.h"
#include "core/kind.h"
#include "core/vet.h"
#include "support/text.h"
#include "core/kinds.h"
#include "core/past.h"

#include <string.h>

static const nwt_kind *const builtin[] = {
#define KIND(symbol) &nwti_kind_##symbol,
#include "layers/kinds.def"
#include "ops/ops.def"
#undef KIND
};

static const char operation_prefix[] = "ops.";

const char *nwti_kind_title(const nwti_kind *kind)
{
    return kind->descriptor->name + (kind->is_operation ? sizeof operation_prefix - 1 : 0);
}

static int32_t is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static int32_t is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

size_t nwti_snake_case(char *buffer, const char *name)
{
    size_t i, length = 0;

    for (i = 0; name[i] != '\0'; i++) {
        int32_t begins = i > 0 && is_upper(name[i]) &&
                         (is_lower(name[i - 1]) || is_lower(name[i + 1]));

        if (begins) {
            buffer[length++] = '_';
        }
        buffer[length++] = is_upper(name[i]) ? (char)(name[i] - 'A' + 'a') : name[i];
    }
    buffer[length] = '\0';
    return length;
}

nwti_counter *nwti_counter_of(nwt_context *ctx, const char *name, size_t length)
{
    void **place;
    nwti_counter *counter = nwti_map_get(&ctx->counters, name, length);

    if (counter != NULL) {
        return counter;
    }
    counter = nwti_arena_zeroed(&ctx->permanent, sizeof *counter);
    name = nwti_arena_string(&ctx->permanent, name, length);
    place = counter != NULL && name != NULL ? nwti_map_at(&ctx->counters, name, length) : NULL;
    if (place == NULL) {
        return NULL;
    }
    *place = counter;
    counter->next = ctx->counted;
    ctx->counted = counter;
    return counter;
}

/* The counter is shared by kinds of one name: the layer Add and the operation. */
static int32_t find_counter(nwt_context *ctx, nwti_kind *kind)
{
    char buffer[2 * 128 + 1];
    const char *title = nwti_kind_title(kind);
    size_t length;

    if (strlen(title) > 128) {
        return 0;
    }
    length = nwti_snake_case(buffer, title);
    kind->automatic_name = nwti_arena_string(&ctx->permanent, buffer, length);
    kind->counter = kind->automatic_name != NULL
                        ? nwti_counter_of(ctx, kind->automatic_name, length)
                        : NULL;
    return kind->counter != NULL;
}

/* Layers hide in the options of a kind if a row holds them and they are built with it. */
static int32_t holds_layers(const nwti_layout *layout)
{
    int32_t i;

    for (i = 0; i < layout->count; i++) {
        const nwt_option *row = nwti_row(layout, i);

        if (nwti_option_holds_layers(row) && !(row->flags & NWT_FLAG_TEMPLATE)) {
            return 1;
        }
    }
    return 0;
}

/* Most calls have one tensor and nothing else: their arguments are one shared image. */
static int32_t make_single(nwt_context *ctx, nwti_kind *kind)
{
    const nwti_layout *layout = &kind->arguments;
    const nwt_option *row = layout->count > 0 ? nwti_row(layout, 0) : NULL;
    unsigned char *image;
    int32_t i;

    kind->takes_one = kind->descriptor->arguments == NULL;
    if (row == NULL ||
        (row->value_type != NWT_TYPE_TENSOR && row->value_type != NWT_TYPE_TENSORS)) {
        return 0;
    }
    image = nwti_arena_alloc(&ctx->permanent, layout->size);
    if (image == NULL) {
        return nwti_out_of_memory(ctx);
    }
    memcpy(image, layout->defaults, layout->size);
    if (row->value_type == NWT_TYPE_TENSOR) {
        *(int32_t *)(void *)(image + row->offset) = 0;
    } else {
        *(nwt_range *)(void *)(image + row->offset) = (nwt_range){0, 1};
    }
    kind->single = image;
    kind->takes_one = 1;
    for (i = 1; i < layout->count; i++) {
        kind->takes_one &= nwti_row(layout, i)->fallback != NULL;
    }
    return 0;
}

nwti_kind *nwti_kind_make(nwt_context *ctx, const nwt_kind *descriptor)
{
    nwti_kind *kind = nwti_arena_zeroed(&ctx->permanent, sizeof *kind);
    size_t row_size = descriptor->option_size != 0 ? descriptor->option_size : sizeof(nwt_option);

    if (kind == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    ctx->heap.failed = 0;
    kind->ctx = ctx;
    kind->descriptor = descriptor;
    kind->is_operation = strncmp(descriptor->name, operation_prefix, sizeof operation_prefix - 1) ==
                         0;
    if (!find_counter(ctx, kind)) {
        nwti_error(ctx, ctx->heap.failed ? NWT_STATUS_OUT_OF_MEMORY : NWT_STATUS_INVALID,
                   "can't make the kind '%s': out of memory, or its name is too long",
                   descriptor->name);
        return NULL;
    }
    if (nwti_layout_make(ctx, &kind->options, descriptor->options, row_size, descriptor->self_size,
                         descriptor->name) ||
        nwti_layout_make(ctx, &kind->arguments, descriptor->arguments, row_size,
                         descriptor->arguments_size, descriptor->name) ||
        make_single(ctx, kind)) {
        return NULL;
    }
    kind->has_children = holds_layers(&kind->options);
    kind->past_keys = nwti_past_bits(descriptor->past);
    return kind;
}

static int32_t widen(nwt_context *ctx, int64_t capacity)
{
    size_t old = (size_t)ctx->kind_capacity * sizeof *ctx->kinds;
    size_t wanted = (size_t)capacity * sizeof *ctx->kinds;
    nwti_kind **kinds = nwti_heap_resize(&ctx->heap, ctx->kinds, old, wanted);

    if (kinds == NULL) {
        return nwti_out_of_memory(ctx);
    }
    memset((unsigned char *)kinds + old, 0, wanted - old);
    ctx->kinds = kinds;
    ctx->kind_capacity = capacity;
    return 0;
}

/* Room for the built-in kinds at least. */
static int32_t prepare(nwt_context *ctx)
{
    if (ctx->kinds == NULL) {
        if (widen(ctx, NWTI_KIND_COUNT + 8)) {
            return ctx->status;
        }
        ctx->kind_count = NWTI_KIND_COUNT;
    }
    return 0;
}

nwti_kind *nwti_kind_at(nwt_context *ctx, int32_t index)
{
    if (prepare(ctx)) {
        return NULL;
    }
    if (ctx->kinds[index] == NULL) {
        ctx->kinds[index] = nwti_kind_make(ctx, builtin[index]);
    }
    return ctx->kinds[index];
}

static int32_t add_name(nwt_context *ctx, const char *name, size_t length, int64_t index)
{
    void **place = nwti_map_at(&ctx->kind_names, name, length);

    if (place == NULL) {
        return nwti_out_of_memory(ctx);
    }
    *place = (void *)(uintptr_t)(index + 1);
    return 0;
}

static int32_t add_names(nwt_context *ctx, const nwt_kind *kind, int64_t index)
{
    const char *alias = kind->aliases != NULL ? kind->aliases : "";

    if (add_name(ctx, kind->name, strlen(kind->name), index)) {
        return ctx->status;
    }
    while (*alias != '\0') {
        size_t length = strcspn(alias, " ");

        if (length > 0 && add_name(ctx, alias, length, index)) {
            return ctx->status;
        }
        alias += length + (alias[length] == ' ');
    }
    return nwti_past_enter(ctx, kind->past, index);
}

/* The names of the built-in kinds, entered at the first look-up. */
static int32_t enter_names(nwt_context *ctx)
{
    int64_t i;

    if (prepare(ctx)) {
        return ctx->status;
    }
    if (ctx->names_are_entered) {
        return 0;
    }
    for (i = 0; i < NWTI_KIND_COUNT; i++) {
        if (add_names(ctx, builtin[i], i)) {
            return ctx->status;
        }
    }
    ctx->names_are_entered = 1;
    return 0;
}

nwti_kind *nwti_kind_named(nwt_context *ctx, const char *name)
{
    uintptr_t found;

    if (enter_names(ctx)) {
        return NULL;
    }
    found = (uintptr_t)nwti_map_get(&ctx->kind_names, name, strlen(name));
    return found != 0 ? nwti_kind_at(ctx, (int32_t)(found - 1)) : NULL;
}

const nwti_past_class *nwti_kind_classes(nwt_context *ctx, const char *written)
{
    return enter_names(ctx) ? NULL : nwti_map_get(&ctx->past_classes, written, strlen(written));
}

static const nwt_kind *descriptor_at(const nwt_context *ctx, int64_t index)
{
    return index < NWTI_KIND_COUNT ? builtin[index] : ctx->kinds[index]->descriptor;
}

nwti_kind *nwti_kind_wanted(nwt_context *ctx, const char *name)
{
    nwti_kind *kind = nwti_kind_named(ctx, name);
    nwti_nearest nearest;
    char hint[160];
    int64_t i;

    if (kind == NULL && ctx->status == NWT_STATUS_OK) {
        nwti_nearest_begin(&nearest, name);
        for (i = 0; i < ctx->kind_count; i++) {
            nwti_nearest_offer(&nearest, descriptor_at(ctx, i)->name);
        }
        nwti_error(ctx, NWT_STATUS_INVALID, "unknown kind of layer '%s'%s", name,
                   nwti_nearest_text(&nearest, hint, sizeof hint));
    }
    return kind;
}

/* ------------------------------------------------------------------ plug-ins */

static const char *keep(nwt_context *ctx, const char *text)
{
    return text != NULL ? nwti_arena_string(&ctx->permanent, text, strlen(text)) : NULL;
}

static const char *const *keep_choices(nwt_context *ctx, const char *const *choices)
{
    const char **copy;
    size_t count = 0, i;

    if (choices == NULL) {
        return NULL;
    }
    while (choices[count] != NULL) {
        count++;
    }
    copy = nwti_arena_array(&ctx->permanent, count + 1, sizeof *copy);
    for (i = 0; copy != NULL && i < count; i++) {
        copy[i] = keep(ctx, choices[i]);
    }
    if (copy != NULL) {
        copy[count] = NULL;
    }
    return copy;
}

/* Rows in this version's stride, their texts copied. NULL without an error: there are none. */
static const nwt_option *keep_rows(nwt_context *ctx, const nwt_option *rows, size_t row_size,
                                   int32_t given)
{
    const unsigned char *from = (const unsigned char *)rows;
    nwt_option *copy;
    size_t count = given > 0 ? (size_t)given : 0, i;

    if (rows == NULL) {
        return NULL;
    }
    while (given <= 0 &&
           ((const nwt_option *)(const void *)(from + count * row_size))->key != NULL) {
        count++;
    }
    copy = nwti_arena_array(&ctx->permanent, count + 1, sizeof *copy);
    if (copy != NULL) {
        memset(&copy[count], 0, sizeof *copy);
    }
    for (i = 0; copy != NULL && i < count; i++) {
        memcpy(&copy[i], from + i * row_size, sizeof *copy);
        copy[i].key = keep(ctx, copy[i].key);
        copy[i].fallback = keep(ctx, copy[i].fallback);
        copy[i].help = keep(ctx, copy[i].help);
        copy[i].choices = keep_choices(ctx, copy[i].choices);
    }
    return copy;
}

static int32_t tail_is_zero(const nwt_kind *kind)
{
    const unsigned char *bytes = (const unsigned char *)kind;
    size_t i;

    for (i = sizeof *kind; i < kind->size; i++) {
        if (bytes[i] != 0) {
            return 0;
        }
    }
    return 1;
}

/* Whether some of the names, separated by spaces, is taken; then with the error set. */
static int32_t is_taken(nwt_context *ctx, const char *names)
{
    char name[128];
    size_t length;

    for (; names != NULL && *names != '\0'; names += length + (names[length] == ' ')) {
        length = strcspn(names, " ");
        nwti_format(name, length < sizeof name ? length + 1 : sizeof name, "%s", names);
        if (nwti_kind_named(ctx, name) != NULL) {
            nwti_error(ctx, NWT_STATUS_INVALID, "the kind '%s' is there already", name);
            return 1;
        }
    }
    return ctx->status != NWT_STATUS_OK;
}

/* A class that is there can't be what a new kind was called. */
static int32_t is_past_taken(nwt_context *ctx, const nwt_past *row)
{
    for (; row != NULL && row->says != 0; row++) {
        if (row->says == NWT_SAYS_CLASS && is_taken(ctx, row->written)) {
            return 1;
        }
    }
    return 0;
}

/* Smallest descriptor that may be passed: that of 0.1. */
static const nwt_kind *keep_descriptor(nwt_context *ctx, const nwt_kind *kind)
{
    nwt_kind *copy;
    size_t row_size, past_size;

    if (kind->size < sizeof *kind || kind->size > 4096 || !tail_is_zero(kind)) {
        nwti_error(ctx, NWT_STATUS_INVALID,
                   "the descriptor of a kind has a size of %z, or fields, that "
                   "this version (%s) does not know",
                   kind->size, NWT_VERSION);
        return NULL;
    }
    row_size = kind->option_size != 0 ? kind->option_size : sizeof(nwt_option);
    past_size = kind->past_size != 0 ? kind->past_size : sizeof(nwt_past);
    if (kind->name == NULL || kind->name[0] == '\0' || row_size < sizeof(nwt_option) ||
        past_size < sizeof(nwt_past) ||
        (kind->axis_size != 0 && kind->axis_size < sizeof(nwt_axis))) {
        nwti_error(ctx, NWT_STATUS_INVALID,
                   "a kind needs a name, option rows of at least %z bytes, rows of its past of at "
                   "least %z, axes of at least %z",
                   sizeof(nwt_option), sizeof(nwt_past), sizeof(nwt_axis));
        return NULL;
    }
    if (is_taken(ctx, kind->name) || is_taken(ctx, kind->aliases)) {
        return NULL;
    }
    ctx->heap.failed = 0;
    copy = nwti_arena_alloc(&ctx->permanent, sizeof *copy);
    if (copy != NULL) {
        *copy = *kind;
        copy->name = keep(ctx, kind->name);
        copy->aliases = keep(ctx, kind->aliases);
        copy->about = keep(ctx, kind->about);
        copy->remark = keep(ctx, kind->remark);
        copy->options = keep_rows(ctx, kind->options, row_size, kind->option_count);
        copy->arguments = keep_rows(ctx, kind->arguments, row_size, kind->argument_count);
        copy->option_size = sizeof(nwt_option);
        copy->past = nwti_past_keep(ctx, kind->past, past_size);
        copy->past_size = sizeof(nwt_past);
    }
    if (ctx->heap.failed) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    return nwti_vet(ctx, copy) == 0 && !is_past_taken(ctx, copy->past) ? copy : NULL;
}

/* The kind's `user` ends with the context. */
static int32_t end_with(nwt_context *ctx, const nwt_kind *descriptor)
{
    nwti_ending *ending;

    if (descriptor->destroy == NULL) {
        return 0;
    }
    ending = nwti_arena_alloc(&ctx->permanent, sizeof *ending);
    if (ending == NULL) {
        return nwti_out_of_memory(ctx);
    }
    *ending = (nwti_ending){ctx->endings, descriptor->destroy, descriptor->user};
    ctx->endings = ending;
    return 0;
}

static int32_t enter(nwt_context *ctx, const nwt_kind *descriptor)
{
    nwti_kind *kind;

    if (descriptor == NULL || (kind = nwti_kind_make(ctx, descriptor)) == NULL) {
        return ctx->status;
    }
    kind->copies_text = 1;
    if (ctx->kind_count == ctx->kind_capacity && widen(ctx, 2 * ctx->kind_capacity)) {
        return ctx->status;
    }
    if (add_names(ctx, descriptor, ctx->kind_count) || end_with(ctx, descriptor)) {
        return ctx->status;
    }
    ctx->kinds[ctx->kind_count++] = kind;
    return 0;
}

int32_t nwt_register(nwt_context *ctx, const nwt_kind *kind)
{
    int32_t failed = 1;

    if (ctx != NULL && kind != NULL && ctx->status == NWT_STATUS_OK && !enter_names(ctx)) {
        failed = enter(ctx, keep_descriptor(ctx, kind)) != 0;
    }
    if (ctx != NULL && kind == NULL) {
        nwti_error(ctx, NWT_STATUS_INVALID, "nwt_register: the kind is NULL");
    }
    if (failed && kind != NULL && kind->destroy != NULL) {
        kind->destroy(kind->user);
    }
    return nwt_status(ctx);
}

/* ------------------------------------------------------------------- listing */

int64_t nwt_kind_count(nwt_context *ctx)
{
    return ctx != NULL && !prepare(ctx) ? ctx->kind_count : 0;
}

const char *nwt_kind_name(nwt_context *ctx, int64_t index)
{
    return index >= 0 && index < nwt_kind_count(ctx) ? descriptor_at(ctx, index)->name : NULL;
}

const char *nwt_kind_about(nwt_context *ctx, const char *kind)
{
    nwti_kind *found = ctx != NULL && kind != NULL ? nwti_kind_named(ctx, kind) : NULL;

    return found != NULL ? found->descriptor->about : NULL;
}
