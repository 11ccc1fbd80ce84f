/* C++11: netweight.hpp for models, netweight/kind.h for a kind of one's own. */
#include <iostream>
#include <thread>
#include <vector>

#include "netweight.hpp"
#include "netweight/kind.h"

struct scale {
    std::int64_t axis;
};

static std::int32_t scale_weights(nwt_op *op, const void *self)
{
    const nwt_axis features[] = {{"features", nwt_op_dim(op, 0, static_cast<const scale *>(self)->axis)}};

    return nwt_op_weight(op, "scale", 1, features, 0, 0);
}

static const nwt_option scale_options[] = {
    NWT_OPTION_INT(scale, axis, "-1", INT64_MIN, INT64_MAX, "the axis scaled"), NWT_OPTION_END};

static void print(const netweight::layer &layer)
{
    std::cout << layer.name() << " " << layer.kind() << " " << layer.output().shape_text() << " "
              << layer.params() << "\n";
    for (const netweight::weight &weight : layer.weights()) {
        char shape[100];

        nwt_shape_text(static_cast<std::int32_t>(weight.shape.size()), weight.shape.data(), shape,
                       sizeof shape);
        std::cout << "  " << weight.path << " " << shape << " " << nwt_dtype_name(weight.dtype)
                  << "\n";
    }
}

static netweight::model mnist(netweight::context &ctx)
{
    netweight::tensor x = ctx.input({28, 28, 1});
    netweight::tensor y = ctx.layer("Conv2D(32, 3, padding='same', activation='relu')")(x);

    y = ctx.layer("Flatten()")(y);
    y = ctx.layer("Dense(10, name=" + netweight::quote("it's") + ")")(y);
    return ctx.model({x}, {y}, "name='mnist'");
}

static void plugin()
{
    netweight::context ctx;
    nwt_kind kind = nwt_kind();

    kind.size = sizeof kind;
    kind.name = "Scale";
    kind.options = scale_options;
    kind.self_size = sizeof(scale);
    kind.weights = scale_weights;
    nwt_register(ctx.get(), &kind);
    netweight::layer layer = ctx.layer("Scale(axis=1)");
    layer(ctx.input({28, 28, 1}));
    print(layer);
}

static void count(std::int64_t *params)
{
    netweight::context ctx;

    for (int i = 0; i < 50; i++) {
        ctx.reset();
        *params = mnist(ctx).params();
    }
}

int main()
{
    netweight::context ctx;
    netweight::model model = mnist(ctx);

    for (const netweight::layer &layer : model.layers()) {
        if (layer.kind() != "InputLayer") {
            print(layer);
        }
    }
    std::cout << "mnist: " << model.params() << " parameters, " << model.weight_bytes()
              << " bytes\n";
    try {
        ctx.layer("Dense(-3)");
    } catch (const netweight::error &error) {
        std::cout << "error " << error.code() << ": " << error.what() << "\n";
    }
    std::cout << model.report("format='csv', columns='name,class,params'");
    plugin();

    std::int64_t params[2];
    std::thread first(count, &params[0]), second(count, &params[1]);
    first.join();
    second.join();
    std::cout << "threads: 2 x 50 x " << (params[0] == params[1] ? params[0] : -1) << "\n";
    return 0;
}
