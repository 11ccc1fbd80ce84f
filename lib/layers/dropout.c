/* Layers that act in training only. */
#include "core/builtin.h"
#include "layers/seed.h"

struct dropout {
    double rate;
};

static const nwt_option dropout_options[] = {
    NWT_OPTION_FLOAT(struct dropout, rate, NULL, 0, 1, "share of the values that is dropped"),
    NWT_OPTION_OPAQUE("noise_shape", "axes of 1 share what is dropped"),
    NWT_OPTION_OPAQUE("seed", "seed of the random numbers"), NWT_OPTION_END};

static int32_t dropout_make(nwt_op *op, void *self)
{
    return nwti_seed_check(op, ((const struct dropout *)self)->rate);
}

static const nwt_past dropout_past[] = {NWT_PAST_POSITIONS(NULL, "p", 0, 20000),
                                        NWT_PAST_KEY("p", "rate", 20000), NWT_PAST_END};

KIND(dropout, "Dropout", .about = "sets some values to 0 while training", .past = dropout_past,
     .options = dropout_options, .self_size = sizeof(struct dropout), .make = dropout_make,
     .work = NWT_WORK_VIEW, .flags = NWT_KIND_BUILT_AT_ONCE);

KIND(alpha_dropout, "AlphaDropout", .about = "drops values in training, keeping mean and variance",
     .options = dropout_options, .self_size = sizeof(struct dropout), .make = dropout_make,
     .work = NWT_WORK_VIEW, .flags = NWT_KIND_BUILT_AT_ONCE);

nwt_layer *nwt_dropout(nwt_context *ctx, double rate, const char *options)
{
    nwti_value value = {NWTI_FLOAT, 0, 0, {.number = rate}};

    return nwti_construct(ctx, NWTI_KIND_dropout, 1, &value, options);
}

static const nwt_option gaussian_dropout_options[] = {
    NWT_OPTION_FLOAT(struct dropout, rate, NULL, 0, 1, "sets the strength of the noise"),
    NWT_OPTION_OPAQUE("seed", "seed of the random numbers"), NWT_OPTION_END};

KIND(gaussian_dropout, "GaussianDropout", .about = "multiplies by noise around 1 while training",
     .past = dropout_past, .options = gaussian_dropout_options, .self_size = sizeof(struct dropout),
     .make = dropout_make, .work = NWT_WORK_VIEW, .flags = NWT_KIND_BUILT_AT_ONCE);

struct gaussian_noise {
    double stddev;
};

static const nwt_option gaussian_noise_options[] = {
    NWT_OPTION_FLOAT(struct gaussian_noise, stddev, NULL, 0, 1, "standard deviation of the noise"),
    NWT_OPTION_OPAQUE("seed", "seed of the random numbers"), NWT_OPTION_END};

static int32_t noise_make(nwt_op *op, void *self)
{
    return nwti_seed_check(op, ((const struct gaussian_noise *)self)->stddev);
}

static const nwt_past gaussian_noise_past[] = {NWT_PAST_KEY("sigma", "stddev", 20000),
                                               NWT_PAST_END};

KIND(gaussian_noise, "GaussianNoise", .about = "adds noise while training",
     .past = gaussian_noise_past, .options = gaussian_noise_options,
     .self_size = sizeof(struct gaussian_noise), .make = noise_make, .work = NWT_WORK_VIEW,
     .flags = NWT_KIND_BUILT_AT_ONCE);

struct activity_regularization {
    double l1;
    double l2;
};

#define PENALTY(f, help)                                                        \
    {                                                                           \
#f, "0.0", help, NULL, 0, 0, NWT_TYPE_FLOAT, NWT_FLAG_NULLABLE,         \
            (int32_t)offsetof(struct activity_regularization, f), 1, 0, DBL_MAX \
    }

static const nwt_option activity_regularization_options[] = {
    PENALTY(l1, "factor of the absolute values"), PENALTY(l2, "factor of the squares"),
    NWT_OPTION_END};

/* What it hands on to Keras's Layer is its own. */
static int32_t activity_regularization_make(nwt_op *op, void *self)
{
    (void)self;
    return nwt_op_option(op, "activity_regularizer") != NULL
               ? nwt_op_fail(op, "activity_regularizer is made of l1 and l2, and can't be given", 0,
                             NULL)
               : 0;
}

KIND(activity_regularization, "ActivityRegularization", .about = "penalises large values",
     .options = activity_regularization_options,
     .self_size = sizeof(struct activity_regularization), .make = activity_regularization_make,
     .work = NWT_WORK_VIEW, .flags = NWT_KIND_BUILT_AT_ONCE);
