/* DenseFeatures, of Keras 2: what the feature columns of TensorFlow make of a dict of inputs. */
#include "core/builtin.h"
#include "support/checked.h"

#include <string.h>

enum { MOST_NESTING = 8, MOST_COLUMNS = 10000 };

static const nwt_option features_options[] = {
    {"feature_columns", NULL, "the columns, each of an input or several", NULL, 0, 0,
     NWT_TYPE_OPAQUE, 0, 0, 0},
    NWT_OPTION_OPAQUE("partitioner", "how the embeddings are partitioned"),
    NWT_OPTION_END};

struct features_arguments {
    nwt_range features;
};

static const nwt_option features_arguments[] = {
    NWT_ARGUMENT_TENSORS(struct features_arguments, features, NULL, 1, 0, NWT_MAX_RANK,
                         "the inputs, by the keys of the columns"),
    NWT_OPTION_END};

/* Columns of categories: where their number stands, as it is or as the length of a list, and what
   is added. */
static const struct {
    const char *name;
    const char *size;
    const char *more;
} categorical[] = {
    {"IdentityCategoricalColumn", "number_buckets", NULL},
    {"HashedCategoricalColumn", "hash_bucket_size", NULL},
    {"CrossedColumn", "hash_bucket_size", NULL},
    {"VocabularyListCategoricalColumn", "vocabulary_list", "num_oov_buckets"},
    {"VocabularyFileCategoricalColumn", "vocabulary_size", "num_oov_buckets"},
};

static int32_t is_class(const nwt_value *column, const char *name)
{
    const char *class_name = nwt_value_string(nwt_value_get(column, "class_name"));

    return class_name != NULL && strcmp(class_name, name) == 0;
}

static const nwt_value *of(const nwt_value *column, const char *key)
{
    return nwt_value_get(nwt_value_get(column, "config"), key);
}

/* Values of a NumericColumn. -1: not known. */
static int64_t elements(const nwt_value *column)
{
    const nwt_value *shape = of(column, "shape");
    int64_t product = is_class(column, "NumericColumn") ? 1 : -1;

    for (int64_t i = 0; i < nwt_value_count(shape) && product >= 0; i++) {
        int64_t dim = nwt_value_int(nwt_value_item(shape, i), -1);

        product = dim >= 0 && nwti_multiply(product, dim, &product) ? product : -1;
    }
    return product;
}

static int64_t buckets(const nwt_value *column)
{
    int64_t values = elements(of(column, "source_column"));
    int64_t bounds = nwt_value_count(of(column, "boundaries"));

    return values >= 0 && bounds >= 0 && nwti_multiply(values, bounds + 1, &values) ? values : -1;
}

/* How many categories a column has. -1: not known. */
static int64_t categories(const nwt_value *column)
{
    for (int32_t i = 0; i < MOST_NESTING && of(column, "categorical_column") != NULL; i++) {
        column = of(column, "categorical_column"); /* weighted */
    }
    if (is_class(column, "BucketizedColumn")) {
        return buckets(column);
    }
    for (size_t i = 0; i < sizeof categorical / sizeof categorical[0]; i++) {
        const nwt_value *size = of(column, categorical[i].size);
        int64_t count = nwt_value_count(size) >= 0 ? nwt_value_count(size)
                                                   : nwt_value_int(size, -1);
        int64_t more = nwt_value_int(of(column, categorical[i].more), 0);

        if (is_class(column, categorical[i].name)) {
            return count >= 0 && more >= 0 && nwti_add(count, more, &count) ? count : -1;
        }
    }
    return -1;
}

/* The features that a column gives. -1: not known. */
static int64_t width(const nwt_value *column)
{
    if (is_class(column, "EmbeddingColumn")) {
        return nwt_value_int(of(column, "dimension"), -1);
    }
    if (is_class(column, "IndicatorColumn")) {
        return categories(of(column, "categorical_column"));
    }
    return is_class(column, "BucketizedColumn") ? buckets(column) : elements(column);
}

/* In the order of the columns, which are sorted by name. */
static int32_t features_weights(nwt_op *op, const void *self)
{
    const nwt_value *columns = nwt_op_option(op, "feature_columns");

    (void)self;
    for (int64_t i = 0; i < nwt_value_count(columns) && i < MOST_COLUMNS; i++) {
        const nwt_value *column = nwt_value_item(columns, i);
        int32_t is_trained = nwt_value_int(of(column, "trainable"), 1) != 0;

        if (is_class(column, "EmbeddingColumn")) {
            NWT_WEIGHT_WITH(op, "embedding_weights", is_trained ? 0 : NWT_WEIGHT_NON_TRAINABLE, 0,
                            {"categories", categories(of(column, "categorical_column"))},
                            {"features", width(column)});
        }
    }
    return 0;
}

static int32_t features_shape(nwt_op *op, const void *self)
{
    const nwt_value *columns = nwt_op_option(op, "feature_columns");
    int64_t dims[] = {nwt_op_dim(op, 0, 0), 0};

    (void)self;
    for (int64_t i = 0; i < nwt_value_count(columns) && dims[1] >= 0; i++) {
        int64_t more = width(nwt_value_item(columns, i));

        dims[1] = more >= 0 && nwti_add(dims[1], more, &dims[1]) ? dims[1] : -1;
    }
    return nwt_op_output(op, 2, dims, 0);
}

KIND(dense_features, "DenseFeatures", .about = "joins the features that columns make of its inputs",
     .options = features_options, .arguments = features_arguments,
     .arguments_size = sizeof(struct features_arguments), .weights = features_weights,
     .shape = features_shape, .work = NWT_WORK_UNCOUNTED);
