/*
 * netweight for C++11 and later: handles that free themselves, errors as
 * exceptions, values as strings and vectors. All is inline over netweight.h;
 * what it lacks is called on the handles that `get` gives.
 *
 *     netweight::context ctx;
 *     auto x = ctx.input({28, 28, 1});
 *     auto y = ctx.layer("Conv2D(32, 3, padding='same')")(x);
 *     y = ctx.layer("Flatten()")(y);
 *     y = ctx.layer("Dense(10)")(y);
 *     auto model = ctx.model({x}, {y}, "name='mnist'");
 *     std::cout << model.params() << " parameters\n";
 *
 * Layers, tensors and models are copied freely: each is a handle into its
 * context, and ends with it.
 */
#ifndef NETWEIGHT_HPP
#define NETWEIGHT_HPP

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "netweight.h"

namespace netweight {

/* An error of a context; its message says which layer, which value, what was allowed. */
class error : public std::runtime_error {
public:
    error(std::int32_t code, const char *what) : std::runtime_error(what), code_(code) {}
    /* An nwt_status_code. */
    std::int32_t code() const { return code_; }

private:
    std::int32_t code_;
};

/* Throws the context's error, if there is one, and clears it. */
inline void check(nwt_context *ctx)
{
    std::int32_t code = nwt_status(ctx);

    if (code != NWT_STATUS_OK) {
        error thrown(code, nwt_message(ctx));

        nwt_context_clear_error(ctx);
        throw thrown;
    }
}

namespace detail {

/* What a function with snprintf's contract writes. */
template <typename Function> std::string text(Function write)
{
    std::string result(write(static_cast<char *>(nullptr), std::size_t(0)), '\0');

    write(&result[0], result.size() + 1);
    return result;
}

/* Exceptions must not pass through the library: one ends the report, and is lost. */
inline std::int32_t append(void *user, const char *bytes, std::size_t length)
{
    try {
        static_cast<std::string *>(user)->append(bytes, length);
        return 0;
    } catch (...) {
        return 1;
    }
}

} // namespace detail

/* A string as option text has it: quote("it's") is 'it\'s'. */
inline std::string quote(const std::string &value)
{
    return detail::text(
        [&](char *buffer, std::size_t size) { return nwt_quote(value.c_str(), buffer, size); });
}

struct weight {
    std::string name;
    std::string path;
    std::vector<std::int64_t> shape;
    std::int32_t dtype;
    bool trainable;
    std::int64_t elements;
    std::int64_t bytes;
};

class tensor {
public:
    explicit tensor(nwt_tensor *handle) : handle_(handle) {}
    nwt_tensor *get() const { return handle_; }
    /* Dims, -1 for None; empty too if the rank is unknown. */
    std::vector<std::int64_t> shape() const
    {
        std::int32_t rank = nwt_tensor_rank(handle_);
        const std::int64_t *dims = nwt_tensor_dims(handle_);

        return rank > 0 ? std::vector<std::int64_t>(dims, dims + rank)
                        : std::vector<std::int64_t>();
    }
    /* "(None, 28, 28, 1)" */
    std::string shape_text() const
    {
        return detail::text([&](char *buffer, std::size_t size) {
            return nwt_shape_text(nwt_tensor_rank(handle_), nwt_tensor_dims(handle_), buffer, size);
        });
    }
    std::int32_t dtype() const { return nwt_tensor_dtype(handle_); }
    std::int64_t bytes() const { return nwt_tensor_bytes(handle_); }

private:
    nwt_tensor *handle_;
};

class layer {
public:
    explicit layer(nwt_layer *handle) : handle_(handle) {}
    nwt_layer *get() const { return handle_; }
    tensor operator()(const tensor &input) const
    {
        nwt_tensor *output = nwt_call(handle_, input.get());

        check(nwt_layer_context(handle_));
        return tensor(output);
    }
    tensor operator()(const std::vector<tensor> &inputs, const char *options = nullptr) const
    {
        std::vector<nwt_tensor *> handles;
        nwt_tensor *output;

        for (const tensor &input : inputs) {
            handles.push_back(input.get());
        }
        output = nwt_call_many(handle_, static_cast<std::int32_t>(handles.size()), handles.data(),
                               options);
        check(nwt_layer_context(handle_));
        return tensor(output);
    }
    std::string name() const
    {
        return detail::text([&](char *buffer, std::size_t size) {
            return nwt_layer_name(handle_, buffer, size);
        });
    }
    layer &name(const std::string &value)
    {
        nwt_layer_set_string(handle_, "name", value.c_str());
        check(nwt_layer_context(handle_));
        return *this;
    }
    std::string kind() const
    {
        const char *kind = nwt_layer_kind(handle_);

        return kind != nullptr ? kind : "";
    }
    /* An nwt_count; -1: not known. */
    std::int64_t count(std::int32_t what) const { return nwt_layer_count(handle_, what); }
    std::int64_t params() const { return count(NWT_COUNT_PARAMS); }
    std::vector<weight> weights() const
    {
        std::int64_t count = nwt_layer_weight_count(handle_);
        std::vector<weight> all;

        for (std::int64_t i = 0; i < count; i++) {
            nwt_weight_info info = nwt_weight_info();

            info.size = sizeof info;
            nwt_layer_weight(handle_, i, &info);
            all.push_back(weight{info.name,
                                 detail::text([&](char *buffer, std::size_t size) {
                                     return nwt_layer_weight_path(handle_, i, buffer, size);
                                 }),
                                 std::vector<std::int64_t>(info.dims, info.dims + info.rank),
                                 info.dtype, info.trainable != 0, info.elements, info.bytes});
        }
        return all;
    }
    /* Of the layer's first call. */
    tensor output(std::int64_t call = 0, std::int32_t index = 0) const
    {
        return tensor(nwt_layer_call_output(handle_, call, index));
    }

private:
    nwt_layer *handle_;
};

class model {
public:
    explicit model(nwt_model *handle) : handle_(handle) {}
    nwt_model *get() const { return handle_; }
    std::int64_t params() const { return nwt_model_params(handle_); }
    std::int64_t weight_bytes() const { return nwt_model_weight_bytes(handle_); }
    /* An nwt_count; -1: not known. */
    std::int64_t count(std::int32_t what) const { return nwt_model_count(handle_, what); }
    std::vector<layer> layers() const
    {
        std::int64_t count = nwt_model_layer_count(handle_);
        std::vector<layer> all;

        for (std::int64_t i = 0; i < count; i++) {
            all.push_back(layer(nwt_model_layer(handle_, i)));
        }
        return all;
    }
    layer as_layer() const { return layer(nwt_model_as_layer(handle_)); }
    std::string report(const char *options = nullptr) const
    {
        std::string result;

        nwt_report(handle_, options, detail::append, &result);
        check(nwt_model_context(handle_));
        return result;
    }

private:
    nwt_model *handle_;
};

class context {
public:
    context() : handle_(nwt_context_new(nullptr)) { check(handle_); }
    explicit context(const nwt_context_options &options) : handle_(nwt_context_new(&options))
    {
        check(handle_);
    }
    ~context() { nwt_context_free(handle_); }
    context(context &&from) noexcept : handle_(from.handle_) { from.handle_ = nullptr; }
    context &operator=(context &&from) noexcept
    {
        nwt_context *mine = handle_;

        handle_ = from.handle_;
        from.handle_ = mine;
        return *this;
    }
    context(const context &) = delete;
    context &operator=(const context &) = delete;

    nwt_context *get() const { return handle_; }
    /* Ends all that was made in it. */
    void reset() { nwt_context_reset(handle_); }
    tensor input(std::initializer_list<std::int64_t> dims, const char *options = nullptr)
    {
        return checked(tensor(nwt_input(handle_, static_cast<std::int32_t>(dims.size()),
                                        dims.begin(), options)));
    }
    /* From constructor text, "Conv2D(32, 3)". */
    netweight::layer layer(const std::string &text)
    {
        return checked(netweight::layer(nwt_layer_parse(handle_, text.c_str())));
    }
    /* What a constructor of netweight.h made: ctx.own(nwt_dense(ctx.get(), 10, nullptr)). */
    netweight::layer own(nwt_layer *made) { return checked(netweight::layer(made)); }
    netweight::model model(const std::vector<tensor> &inputs, const std::vector<tensor> &outputs,
                           const char *options = nullptr)
    {
        std::vector<nwt_tensor *> from, to;

        for (const tensor &input : inputs) {
            from.push_back(input.get());
        }
        for (const tensor &output : outputs) {
            to.push_back(output.get());
        }
        return checked(netweight::model(
            nwt_model_new(handle_, static_cast<std::int32_t>(from.size()), from.data(),
                          static_cast<std::int32_t>(to.size()), to.data(), options)));
    }
    /* From constructor text, "Sequential([...])". */
    netweight::model parse(const std::string &text, const char *options = nullptr)
    {
        return checked(netweight::model(nwt_model_parse(handle_, text.c_str(), options)));
    }
    netweight::model read_file(const std::string &path)
    {
        return checked(netweight::model(nwt_read_file(handle_, path.c_str(), nullptr)));
    }
    netweight::model read_memory(const void *bytes, std::size_t size)
    {
        return checked(netweight::model(nwt_read_memory(handle_, bytes, size, nullptr)));
    }
    std::vector<std::string> notes() const
    {
        std::vector<std::string> all;

        for (std::int64_t i = 0; i < nwt_note_count(handle_); i++) {
            all.push_back(nwt_note(handle_, i));
        }
        return all;
    }

private:
    template <typename Handle> Handle checked(Handle made)
    {
        check(handle_);
        return made;
    }

    nwt_context *handle_;
};

} // namespace netweight

#endif
