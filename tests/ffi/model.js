// Node, by koffi (npm install koffi): node model.js LIBRARY.
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
const koffi = require('koffi');

const path = isMainThread ? process.argv[2] : workerData;
const lib = koffi.load(path);
for (const handle of ['context', 'layer', 'tensor', 'model', 'op']) {
    koffi.opaque('nwt_' + handle);
}
const WeightInfo = koffi.struct('nwt_weight_info', {
    size: 'size_t', name: 'const char *', dims: 'const int64_t *', rank: 'int32_t',
    dtype: 'int32_t', trainable: 'int32_t', reserved: 'int32_t', elements: 'int64_t',
    bytes: 'int64_t',
});
koffi.struct('nwt_axis', { label: 'const char *', size: 'int64_t', flags: 'int32_t', reserved: 'int32_t' });
const Option = koffi.struct('nwt_option', {
    key: 'const char *', fallback: 'const char *', help: 'const char *', choices: 'void *',
    minimum: 'int64_t', maximum: 'int64_t', value_type: 'int32_t', flags: 'int32_t',
    offset: 'int32_t', count: 'int32_t', least: 'double', most: 'double',
});
const emptyRow = { key: null, fallback: null, help: null, choices: null, minimum: 0, maximum: 0,
    value_type: 0, flags: 0, offset: 0, count: 0, least: 0, most: 0 };
const Callback = koffi.proto('int32_t nwt_callback(nwt_op *op, const void *self)');
const Write = koffi.proto('int32_t nwt_write(void *user, const void *text, size_t length)');
const Kind = koffi.struct('nwt_kind', {
    size: 'size_t', name: 'const char *', aliases: 'const char *', about: 'const char *',
    options: 'void *', arguments: 'void *', option_size: 'size_t', self_size: 'size_t',
    arguments_size: 'size_t', make: 'void *', weights: 'nwt_callback *', shape: 'void *',
    user: 'void *', destroy: 'void *', flags: 'int64_t', remark: 'const char *', work: 'int32_t', flops: 'int32_t',
    past: 'void *', past_size: 'size_t', axis_size: 'size_t', option_count: 'int32_t',
    argument_count: 'int32_t',
});

const nwt = {};
for (const declaration of `
nwt_context *nwt_context_new(const void *options)
void nwt_context_free(nwt_context *ctx)
void nwt_context_reset(nwt_context *ctx)
void nwt_context_clear_error(nwt_context *ctx)
int32_t nwt_status(const nwt_context *ctx)
const char *nwt_message(const nwt_context *ctx)
nwt_tensor *nwt_input(nwt_context *ctx, int32_t rank, const int64_t *dims, const char *options)
nwt_layer *nwt_layer_parse(nwt_context *ctx, const char *text)
int32_t nwt_layer_set_string(nwt_layer *layer, const char *key, const char *value)
nwt_tensor *nwt_call(nwt_layer *layer, nwt_tensor *input)
size_t nwt_layer_name(const nwt_layer *layer, _Out_ uint8_t *buffer, size_t size)
const char *nwt_layer_kind(const nwt_layer *layer)
int64_t nwt_layer_count(const nwt_layer *layer, int32_t what)
nwt_tensor *nwt_layer_call_output(const nwt_layer *layer, int64_t call, int32_t index)
int64_t nwt_layer_weight_count(const nwt_layer *layer)
int32_t nwt_layer_weight(const nwt_layer *layer, int64_t index, _Inout_ nwt_weight_info *info)
size_t nwt_layer_weight_path(const nwt_layer *layer, int64_t index, _Out_ uint8_t *buffer, size_t size)
int32_t nwt_tensor_rank(const nwt_tensor *tensor)
const int64_t *nwt_tensor_dims(const nwt_tensor *tensor)
size_t nwt_shape_text(int32_t rank, const int64_t *dims, _Out_ uint8_t *buffer, size_t size)
const char *nwt_dtype_name(int32_t dtype)
nwt_model *nwt_model_new(nwt_context *ctx, int32_t n, nwt_tensor **from, int32_t m, nwt_tensor **to, const char *options)
int64_t nwt_model_layer_count(const nwt_model *model)
nwt_layer *nwt_model_layer(const nwt_model *model, int64_t index)
int64_t nwt_model_params(const nwt_model *model)
int64_t nwt_model_weight_bytes(const nwt_model *model)
int32_t nwt_report(nwt_model *model, const char *options, nwt_write *write, void *user)
int32_t nwt_register(nwt_context *ctx, const nwt_kind *kind)
int64_t nwt_op_dim(nwt_op *op, int32_t input, int64_t axis)
int32_t nwt_op_weight(nwt_op *op, const char *name, int32_t count, const nwt_axis *axes, int32_t flags, int32_t dtype)
`.trim().split('\n')) {
    nwt[declaration.match(/nwt_(\w+)\(/)[1]] = lib.func(declaration);
}

function checked(ctx, made) {
    const status = nwt.status(ctx);
    if (status !== 0) {
        const message = `error ${status}: ${nwt.message(ctx)}`;
        nwt.context_clear_error(ctx);
        throw new Error(message);
    }
    return made;
}
const layer = (ctx, text) => checked(ctx, nwt.layer_parse(ctx, text));
const input = (ctx, ...dims) => checked(ctx, nwt.input(ctx, dims.length, dims, null));

// What a function with snprintf's contract writes.
function written(write, ...leading) {
    const buffer = Buffer.alloc(Number(write(...leading, null, 0)) + 1);
    write(...leading, buffer, buffer.length);
    return buffer.toString('utf8', 0, buffer.length - 1);
}

function mnist(ctx) {
    const x = input(ctx, 28, 28, 1);
    const dense = layer(ctx, 'Dense(10)');
    nwt.layer_set_string(dense, 'name', "it's");
    let y = nwt.call(layer(ctx, "Conv2D(32, 3, padding='same', activation='relu')"), x);
    y = nwt.call(dense, nwt.call(layer(ctx, 'Flatten()'), y));
    return checked(ctx, nwt.model_new(ctx, 1, [x], 1, [y], "name='mnist'"));
}

function print(it) {
    const output = nwt.layer_call_output(it, 0, 0);
    const shape = written(nwt.shape_text, nwt.tensor_rank(output), nwt.tensor_dims(output));
    console.log(written(nwt.layer_name, it), nwt.layer_kind(it), shape, nwt.layer_count(it, 0));
    for (let i = 0; i < nwt.layer_weight_count(it); i++) {
        const info = { size: koffi.sizeof(WeightInfo) };
        nwt.layer_weight(it, i, info);
        console.log(' ', written(nwt.layer_weight_path, it, i),
            written(nwt.shape_text, info.rank, info.dims), nwt.dtype_name(info.dtype));
    }
}

function plugin() {
    const own = nwt.context_new(null);
    const weights = koffi.register((op, self) => {
        const size = nwt.op_dim(op, 0, koffi.decode(self, 'int64_t'));
        return nwt.op_weight(op, 'scale', 1, [{ label: 'features', size, flags: 0, reserved: 0 }], 0, 0);
    }, koffi.pointer(Callback));
    const rows = koffi.alloc(Option, 2);
    koffi.encode(rows, koffi.array(Option, 2), [
        { ...emptyRow, key: 'axis', fallback: '-1', help: 'the axis scaled', minimum: -32, maximum: 31,
          value_type: 2 /* NWT_TYPE_INT */, count: 1 }, emptyRow]);
    const kind = { size: koffi.sizeof(Kind), name: 'Scale', aliases: null, about: null,
        options: rows, arguments: null, option_size: koffi.sizeof(Option), self_size: 8,
        arguments_size: 0, make: null, weights, shape: null, user: null, destroy: null, flags: 0,
        remark: null, work: 0, flops: 0, past: null, past_size: 0, axis_size: 0,
        option_count: 1, argument_count: 0 };
    nwt.register(own, kind);
    const scale = layer(own, 'Scale(axis=1)');
    checked(own, nwt.call(scale, input(own, 28, 28, 1)));
    print(scale);
    nwt.context_free(own);
    koffi.unregister(weights);
}

function count() {
    const ctx = nwt.context_new(null);
    let params = 0;
    for (let i = 0; i < 50; i++) {
        nwt.context_reset(ctx);
        params = nwt.model_params(mnist(ctx));
    }
    nwt.context_free(ctx);
    return params;
}

async function main() {
    const ctx = nwt.context_new(null);
    const model = mnist(ctx);
    for (let i = 1; i < nwt.model_layer_count(model); i++) {
        print(nwt.model_layer(model, i));
    }
    console.log(`mnist: ${nwt.model_params(model)} parameters, ${nwt.model_weight_bytes(model)} bytes`);
    try {
        layer(ctx, 'Dense(-3)');
    } catch (error) {
        console.log(error.message);
    }
    const pieces = [];
    const write = koffi.register((user, text, length) => {
        pieces.push(koffi.decode(text, 'char', Number(length)));
        return 0;
    }, koffi.pointer(Write));
    nwt.report(model, "format='csv', columns='name,class,params'", write, null);
    koffi.unregister(write);
    process.stdout.write(pieces.join(''));
    nwt.context_free(ctx);
    plugin();
    const counts = await Promise.all([0, 1].map(() => new Promise((resolve, reject) => {
        new Worker(__filename, { workerData: path }).on('message', resolve).on('error', reject);
    })));
    console.log(`threads: 2 x 50 x ${counts[0] === counts[1] ? counts[0] : -1}`);
}

if (isMainThread) {
    main();
} else {
    parentPort.postMessage(count());
}
