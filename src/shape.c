/* --batch and --input-shape: the model on other input shapes. */
#include "command.h"

#include <stdlib.h>
#include <string.h>

typedef struct shape {
    const char *name; /* of the input; NULL: the only one */
    size_t name_length;
    int32_t rank; /* with the batch */
    int64_t dims[1 + LARGEST_RANK];
} shape;

/* A dim, up to `end`: an integer from 1, or None. 0: it is neither. */
static int64_t read_dim(const char *from, const char *end)
{
    int64_t value = 0;

    if (end - from == 4 && memcmp(from, "None", 4) == 0) {
        return -1;
    }
    for (; from < end; from++) {
        if (*from < '0' || *from > '9' || value > (INT64_MAX - (*from - '0')) / 10) {
            return 0;
        }
        value = 10 * value + (*from - '0');
    }
    return value;
}

/* "28,28,1" or "NAME=28,28,1"; "" is a shape of the batch alone. */
static int read_shape(const char *given, shape *into)
{
    const char *equals = strrchr(given, '=');
    const char *from = equals != NULL ? equals + 1 : given;

    into->name = equals != NULL ? given : NULL;
    into->name_length = equals != NULL ? (size_t)(equals - given) : 0;
    into->dims[0] = -1;
    into->rank = 1;
    while (*from != '\0') {
        const char *end = from + strcspn(from, ",");
        int64_t dim = read_dim(from, end);

        if (dim == 0 || into->rank > LARGEST_RANK || (*end == ',' && end[1] == '\0')) {
            return 0;
        }
        into->dims[into->rank++] = dim;
        from = *end == ',' ? end + 1 : end;
    }
    return 1;
}

static int failed_shape(const subject *of, const char *given, const char *what, int usage)
{
    text message = {0};
    int status;

    text_string(&message, "--input-shape: '");
    text_string(&message, given);
    text_string(&message, "' ");
    text_string(&message, what);
    status = message.failed ? out_of_memory()
             : usage        ? wrong_usage(NULL, message.data)
                            : fail(of->title, message.data);
    text_free(&message);
    return status;
}

/* The name of an input in `buffer`, freed with it; of one that failed it is empty. */
static const char *input_name(const subject *of, int32_t index, text *buffer)
{
    nwt_layer *layer = nwt_tensor_layer(nwt_model_input(of->model, index));
    size_t length = nwt_layer_name(layer, NULL, 0);

    buffer->length = 0;
    text_spaces(buffer, length + 1);
    if (buffer->failed) {
        return "";
    }
    nwt_layer_name(layer, buffer->data, length + 1);
    return buffer->data;
}

static int no_such_input(const subject *of, const char *given)
{
    text what = {0}, name = {0};
    int32_t count = nwt_model_input_count(of->model), i;
    int status;

    text_string(&what, "names no input: the model has ");
    for (i = 0; i < count; i++) {
        text_string(&what, i == 0 ? "" : i + 1 < count ? ", " : " and ");
        text_string(&what, input_name(of, i, &name));
    }
    status = what.failed || name.failed ? out_of_memory() : failed_shape(of, given, what.data, 0);
    text_free(&what);
    text_free(&name);
    return status;
}

/* The input that a shape is for, or -1 with *status set. */
static int32_t find_input(const subject *of, const char *given, const shape *wanted, int *status)
{
    int32_t count = nwt_model_input_count(of->model), i;
    text name = {0};

    if (wanted->name == NULL && count > 1) {
        *status = failed_shape(of, given,
                               "needs a name before it, NAME=DIMS: the model has "
                               "several inputs",
                               0);
        return -1;
    }
    for (i = 0; wanted->name != NULL && i < count; i++) {
        const char *found = input_name(of, i, &name);

        if (strlen(found) == wanted->name_length &&
            memcmp(found, wanted->name, wanted->name_length) == 0) {
            break;
        }
    }
    text_free(&name);
    if (name.failed) {
        *status = out_of_memory();
        return -1;
    }
    if (i == count) {
        *status = no_such_input(of, given);
        return -1;
    }
    return i;
}

/* A model that was never shaped gets its first input. */
static int shape_first(subject *of, const options *given, shape *first)
{
    text how = {0};

    if (given->batch > 0) {
        text_string(&how, "batch_size=");
        text_int(&how, given->batch);
    }
    if (how.failed) {
        return out_of_memory();
    }
    nwt_call(nwt_model_as_layer(of->model),
             nwt_input(of->ctx, first->rank - 1, first->dims + 1, how.data));
    text_free(&how);
    return nwt_status(of->ctx) == NWT_STATUS_OK ? DONE : subject_failed(of);
}

/* The shapes as they are, with the batch and the shapes that were given in place. */
static int bind(subject *of, const options *given, const shape *wanted, shape *shapes)
{
    int32_t count = nwt_model_input_count(of->model), i;
    int j, status = DONE;

    for (i = 0; i < count; i++) {
        const nwt_tensor *input = nwt_model_input(of->model, i);

        shapes[i].rank = nwt_tensor_rank(input);
        if (shapes[i].rank > 0) {
            memcpy(shapes[i].dims, nwt_tensor_dims(input),
                   (size_t)shapes[i].rank * sizeof shapes[i].dims[0]);
        }
    }
    for (j = 0; j < given->shape_count; j++) {
        int64_t batch;

        i = find_input(of, given->shapes[j], &wanted[j], &status);
        if (i < 0) {
            return status;
        }
        batch = shapes[i].rank > 0 ? shapes[i].dims[0] : -1;
        shapes[i] = wanted[j];
        shapes[i].dims[0] = batch;
    }
    for (i = 0; i < count && given->batch != 0; i++) {
        if (shapes[i].rank > 0) {
            shapes[i].dims[0] = given->batch;
        }
    }
    return DONE;
}

static int reshape(subject *of, const options *given, const shape *wanted)
{
    size_t count = (size_t)nwt_model_input_count(of->model), i;
    shape *shapes = malloc((count + 1) * sizeof *shapes);
    int32_t *ranks = malloc((count + 1) * sizeof *ranks);
    const int64_t **dims = malloc((count + 1) * sizeof *dims);
    int status = shapes != NULL && ranks != NULL && dims != NULL ? bind(of, given, wanted, shapes)
                                                                 : out_of_memory();

    for (i = 0; status == DONE && i < count; i++) {
        ranks[i] = shapes[i].rank;
        dims[i] = shapes[i].dims;
    }
    if (status == DONE) {
        nwt_model *model = nwt_model_reshape(of->model, (int32_t)count, ranks, dims);

        of->model = model != NULL ? model : of->model;
        status = model != NULL ? DONE : subject_failed(of);
    }
    free(shapes);
    free(ranks);
    free(dims);
    return status;
}

static int bind_shapes(subject *of, const options *given, shape *wanted)
{
    int i;

    for (i = 0; i < given->shape_count; i++) {
        if (!read_shape(given->shapes[i], &wanted[i])) {
            return failed_shape(of, given->shapes[i],
                                "is not a list of integers from 1 and None: 28,28,1", 1);
        }
    }
    if (nwt_model_input_count(of->model) > 0) {
        return reshape(of, given, wanted);
    }
    if (given->shape_count == 1) {
        return shape_first(of, given, &wanted[0]);
    }
    if (given->shape_count > 1) {
        return failed_shape(of, given->shapes[1], "is one too many: the model has one input", 0);
    }
    return fail(of->title, "--batch: the model has no input shape; give one by --input-shape");
}

int subject_shape(subject *of, const options *given)
{
    shape *wanted;
    int status;

    if (given->shape_count == 0 && given->batch == 0) {
        return DONE;
    }
    wanted = malloc(((size_t)given->shape_count + 1) * sizeof *wanted);
    status = wanted != NULL ? bind_shapes(of, given, wanted) : out_of_memory();
    free(wanted);
    return status;
}
