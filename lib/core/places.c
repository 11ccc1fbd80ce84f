#include "core/places.h"
#include "core/context.h"
#include "core/error.h"
#include "core/kind.h"
#include "core/layer.h"
#include "core/sort.h"
#include "support/hash.h"

#include <string.h>

/* What is known of a call, a layer or a tensor by its address. */
typedef struct entry {
    const void *address; /* the key: its own bytes */
    struct entry *next;
    int32_t place;    /* of a call: in the model's list; of a tensor: which input it is; or -1 */
    int32_t *numbers; /* of a layer: those of its calls that are the model's */
    int64_t count;
    int64_t capacity;
} entry;

struct nwti_places {
    nwti_map map;
    entry *entries;
    int32_t input_count; /* inputs that layers make */
};

static entry *find(const nwti_places *places, const void *address)
{
    return places != NULL ? nwti_map_get(&places->map, (const char *)&address, sizeof address)
                          : NULL;
}

static nwti_places *begin(nwt_model *model)
{
    nwt_context *ctx = model->layer->kind->ctx;

    if (model->places == NULL) {
        model->places = nwti_new(ctx, sizeof *model->places);
        if (model->places != NULL) {
            memset(model->places, 0, sizeof *model->places);
            nwti_map_init(&model->places->map, &ctx->in_arena);
        }
    }
    return model->places;
}

/* The entry, made if there is none; NULL when out of memory. */
static entry *entry_of(nwt_model *model, const void *address)
{
    nwt_context *ctx = model->layer->kind->ctx;
    nwti_places *places = begin(model);
    entry *found = find(places, address);
    void **place;

    if (places == NULL || found != NULL) {
        return found;
    }
    found = nwti_new(ctx, sizeof *found);
    if (found == NULL) {
        return NULL;
    }
    memset(found, 0, sizeof *found);
    found->address = address;
    found->place = -1;
    place = nwti_map_at(&places->map, (const char *)&found->address, sizeof found->address);
    if (place == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    *place = found;
    found->next = places->entries;
    places->entries = found;
    return found;
}

static int32_t is_home(const nwt_model *model, const nwti_call *call)
{
    return call->place > 0 && call->place <= model->call_count &&
           model->calls[call->place - 1] == call;
}

static int32_t add_number(nwt_context *ctx, entry *of, int32_t number)
{
    int32_t *numbers = nwti_grow(ctx, of->numbers, of->count, &of->capacity, sizeof *numbers);

    if (numbers == NULL) {
        return ctx->status;
    }
    numbers[of->count++] = number;
    of->numbers = numbers;
    return 0;
}

/* A layer whose one call in the model is its first, and at home here, has no entry. */
static int32_t add_of_layer(nwt_model *model, const nwti_call *call, int32_t home)
{
    const nwt_layer *layer = call->layer;
    nwt_context *ctx = layer->kind->ctx;
    entry *of;

    if (home && call->number == 0 &&
        (model->places == NULL || layer->call_count == 1 || find(model->places, layer) == NULL)) {
        return 0;
    }
    of = entry_of(model, layer);
    if (of == NULL || (of->count == 0 && nwti_first_call(layer) != call &&
                       is_home(model, nwti_first_call(layer)) && add_number(ctx, of, 0))) {
        return ctx->status;
    }
    return add_number(ctx, of, call->number);
}

int32_t nwti_places_add(nwt_model *model, nwti_call *call)
{
    int32_t place = (int32_t)model->call_count, home;
    entry *of;

    if (call->place == 0) {
        call->place = place + 1;
    }
    home = call->place == place + 1;
    if (!home) {
        of = entry_of(model, call);
        if (of == NULL) {
            return model->layer->kind->ctx->status;
        }
        of->place = place;
    }
    return add_of_layer(model, call, home);
}

int32_t nwti_places_add_input(nwt_model *model, const nwt_tensor *tensor, int32_t index)
{
    entry *of = entry_of(model, tensor);

    if (of == NULL) {
        return model->layer->kind->ctx->status;
    }
    if (of->place < 0) {
        of->place = index;
        model->places->input_count++;
    }
    return 0;
}

int64_t nwti_place_of(const nwt_model *model, const nwti_call *call)
{
    const entry *of;

    if (is_home(model, call)) {
        return call->place - 1;
    }
    of = find(model->places, call);
    return of != NULL ? of->place : -1;
}

int32_t nwti_place_of_input(const nwt_model *model, const nwt_tensor *tensor)
{
    const entry *of = model->places != NULL && model->places->input_count > 0
                          ? find(model->places, tensor)
                          : NULL;

    return of != NULL ? of->place : -1;
}

/* What uses are sorted by: its call's place, or of an input that a layer makes -1 and less. */
static int32_t maker_of(const nwt_model *model, const nwt_tensor *tensor)
{
    int32_t input = nwti_place_of_input(model, tensor);

    return input < 0 ? (int32_t)nwti_place_of(model, tensor->call) : -1 - input;
}

int32_t nwti_places_add_use(nwt_model *model, int32_t maker, int32_t output)
{
    nwt_context *ctx = model->layer->kind->ctx;
    nwti_use *uses = nwti_grow(ctx, model->uses, model->use_count, &model->use_capacity,
                               sizeof *uses);

    if (uses == NULL) {
        return ctx->status;
    }
    uses[model->use_count++] = (nwti_use){{maker, output, (int32_t)model->call_count - 1}};
    model->uses = uses;
    return 0;
}

int32_t nwti_places_add_uses(nwt_model *model)
{
    int32_t user = (int32_t)model->call_count - 1, i;
    const nwti_call *call = model->calls[user];

    for (i = 0; i < call->input_count; i++) {
        int32_t maker = maker_of(model, call->inputs[i]);

        if ((maker < 0 || maker != user - 1 || call->input_count > NWTI_FEW_INPUTS) &&
            nwti_places_add_use(model, maker, call->inputs[i]->index)) {
            return model->layer->kind->ctx->status;
        }
    }
    return 0;
}

void nwti_places_remove(nwt_model *model, const nwti_call *call)
{
    int32_t last = (int32_t)model->call_count - 1;
    entry *of = find(model->places, call->layer);

    if (of != NULL && of->count > 0 && of->numbers[of->count - 1] == call->number) {
        of->count--;
    }
    of = find(model->places, call);
    if (of != NULL) {
        of->place = -1;
    }
    while (model->use_count > 0 && model->uses[model->use_count - 1].row[2] == last) {
        model->use_count--;
    }
}

void nwti_places_clear(nwt_model *model)
{
    model->places = NULL;
    model->use_count = 0;
}

void nwti_places_sort(nwt_model *model)
{
    entry *of = model->places != NULL ? model->places->entries : NULL;

    for (; of != NULL; of = of->next) {
        nwti_sort_rows(of->numbers, of->count, 1);
    }
    nwti_sort_rows(model->use_count > 0 ? model->uses[0].row : NULL, model->use_count, 3);
}

int64_t nwti_places_of_layer(const nwt_model *model, const nwt_layer *layer,
                             const int32_t **numbers)
{
    const entry *of = find(model->places, layer);

    *numbers = of != NULL ? of->numbers : NULL;
    if (of != NULL) {
        return of->count;
    }
    return nwti_first_call(layer) != NULL && is_home(model, nwti_first_call(layer));
}

/* The first of the uses that are kept of a tensor, or where they would stand. */
static int64_t first_use(const nwt_model *model, int32_t maker, int32_t output)
{
    const nwti_use key = {{maker, output, -1}};
    int64_t low = 0, high = model->use_count;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;

        if (nwti_compare_rows(model->uses[middle].row, key.row, 3) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

nwti_call *nwti_use_of(const nwt_model *model, const nwt_tensor *tensor, int64_t index)
{
    int32_t maker = maker_of(model, tensor), i;
    int64_t first;

    if (maker >= 0 && maker + 1 < model->call_count) {
        nwti_call *next = model->calls[maker + 1];

        for (i = 0; i < next->input_count && next->input_count <= NWTI_FEW_INPUTS; i++) {
            if (next->inputs[i] == tensor && index-- == 0) {
                return next;
            }
        }
    }
    first = first_use(model, maker, tensor->index);
    if (index >= model->use_count - first || model->uses[first + index].row[0] != maker ||
        model->uses[first + index].row[1] != tensor->index) {
        return NULL;
    }
    return model->calls[model->uses[first + index].row[2]];
}
