-- LuaJIT: luajit model.lua LIBRARY.
local ffi = require('ffi')
ffi.cdef[[
typedef struct nwt_context nwt_context;
typedef struct nwt_layer nwt_layer;
typedef struct nwt_tensor nwt_tensor;
typedef struct nwt_model nwt_model;
typedef struct nwt_op nwt_op;
typedef struct { size_t size; const char *name; const int64_t *dims; int32_t rank, dtype, trainable,
    reserved; int64_t elements, bytes; } nwt_weight_info;
typedef struct { const char *label; int64_t size; int32_t flags, reserved; } nwt_axis;
typedef struct { const char *key, *fallback, *help; const char *const *choices;
    int64_t minimum, maximum; int32_t value_type, flags, offset, count; double least, most;
} nwt_option;
typedef struct { size_t size; const char *name, *aliases, *about; const nwt_option *options,
    *arguments; size_t option_size, self_size, arguments_size;
    int32_t (*make)(nwt_op *, void *); int32_t (*weights)(nwt_op *, const void *);
    int32_t (*shape)(nwt_op *, const void *); void *user; void (*destroy)(void *); int64_t flags;
    const char *remark; int32_t work, flops; const void *past; size_t past_size, axis_size;
    int32_t option_count, argument_count;
} nwt_kind;
nwt_context *nwt_context_new(const void *options);
void nwt_context_free(nwt_context *);
void nwt_context_reset(nwt_context *);
void nwt_context_clear_error(nwt_context *);
int32_t nwt_status(const nwt_context *);
const char *nwt_message(const nwt_context *);
nwt_tensor *nwt_input(nwt_context *, int32_t rank, const int64_t *dims, const char *options);
nwt_layer *nwt_layer_parse(nwt_context *, const char *text);
int32_t nwt_layer_set_string(nwt_layer *, const char *key, const char *value);
nwt_tensor *nwt_call(nwt_layer *, nwt_tensor *);
size_t nwt_layer_name(const nwt_layer *, char *buffer, size_t size);
const char *nwt_layer_kind(const nwt_layer *);
int64_t nwt_layer_count(const nwt_layer *, int32_t what);
nwt_tensor *nwt_layer_call_output(const nwt_layer *, int64_t call, int32_t index);
int64_t nwt_layer_weight_count(const nwt_layer *);
int32_t nwt_layer_weight(const nwt_layer *, int64_t index, nwt_weight_info *);
size_t nwt_layer_weight_path(const nwt_layer *, int64_t index, char *buffer, size_t size);
int32_t nwt_tensor_rank(const nwt_tensor *);
const int64_t *nwt_tensor_dims(const nwt_tensor *);
size_t nwt_shape_text(int32_t rank, const int64_t *dims, char *buffer, size_t size);
const char *nwt_dtype_name(int32_t);
nwt_model *nwt_model_new(nwt_context *, int32_t, nwt_tensor *const *, int32_t, nwt_tensor *const *,
    const char *options);
int64_t nwt_model_layer_count(const nwt_model *);
nwt_layer *nwt_model_layer(const nwt_model *, int64_t index);
int64_t nwt_model_params(const nwt_model *);
int64_t nwt_model_weight_bytes(const nwt_model *);
typedef int32_t (*nwt_write)(void *user, const char *text, size_t length);
int32_t nwt_report(nwt_model *, const char *options, nwt_write write, void *user);
int32_t nwt_register(nwt_context *, const nwt_kind *);
int64_t nwt_op_dim(nwt_op *, int32_t input, int64_t axis);
int32_t nwt_op_weight(nwt_op *, const char *name, int32_t count, const nwt_axis *, int32_t flags,
    int32_t dtype);
]]
local nwt = ffi.load(arg[1])

-- A context, freed with its last reference.
local function context() return ffi.gc(nwt.nwt_context_new(nil), nwt.nwt_context_free) end

local function checked(ctx, made)
    local status = nwt.nwt_status(ctx)
    if status ~= 0 then
        local message = ('error %d: %s'):format(status, ffi.string(nwt.nwt_message(ctx)))
        nwt.nwt_context_clear_error(ctx)
        error(message, 0)
    end
    return made
end

local function layer(ctx, text) return checked(ctx, nwt.nwt_layer_parse(ctx, text)) end

local function input(ctx, ...)
    local dims = {...}
    return checked(ctx, nwt.nwt_input(ctx, #dims, ffi.new('int64_t[?]', #dims, dims), nil))
end

-- What a function with snprintf's contract writes.
local function written(write, ...)
    local arguments = {...}
    arguments[#arguments + 1], arguments[#arguments + 2] = ffi.cast('char *', nil), 0
    local size = tonumber(write(unpack(arguments))) + 1
    local buffer = ffi.new('char[?]', size)
    arguments[#arguments - 1], arguments[#arguments] = buffer, size
    write(unpack(arguments))
    return ffi.string(buffer)
end

local function number(value) return (tostring(value):gsub('LL$', '')) end

local function print_layer(it)
    local output = nwt.nwt_layer_call_output(it, 0, 0)
    print(written(nwt.nwt_layer_name, it), ffi.string(nwt.nwt_layer_kind(it)),
        written(nwt.nwt_shape_text, nwt.nwt_tensor_rank(output), nwt.nwt_tensor_dims(output)),
        number(nwt.nwt_layer_count(it, 0)))
    for i = 0, tonumber(nwt.nwt_layer_weight_count(it)) - 1 do
        local info = ffi.new('nwt_weight_info', ffi.sizeof('nwt_weight_info'))
        nwt.nwt_layer_weight(it, i, info)
        print(' ', written(nwt.nwt_layer_weight_path, it, i),
            written(nwt.nwt_shape_text, info.rank, info.dims),
            ffi.string(nwt.nwt_dtype_name(info.dtype)))
    end
end

function print(...) io.write(table.concat({...}, ' '), '\n') end

local function mnist(ctx)
    local x = input(ctx, 28, 28, 1)
    local dense = layer(ctx, 'Dense(10)')
    nwt.nwt_layer_set_string(dense, 'name', "it's")
    local y = nwt.nwt_call(layer(ctx, "Conv2D(32, 3, padding='same', activation='relu')"), x)
    y = nwt.nwt_call(dense, nwt.nwt_call(layer(ctx, 'Flatten()'), y))
    return checked(ctx, nwt.nwt_model_new(ctx, 1, ffi.new('nwt_tensor *[1]', x), 1,
        ffi.new('nwt_tensor *[1]', y), "name='mnist'"))
end

local ctx = context()
local model = mnist(ctx)
for i = 1, tonumber(nwt.nwt_model_layer_count(model)) - 1 do
    print_layer(nwt.nwt_model_layer(model, i))
end
print(('mnist: %s parameters, %s bytes'):format(number(nwt.nwt_model_params(model)),
    number(nwt.nwt_model_weight_bytes(model))))
print(select(2, pcall(layer, ctx, 'Dense(-3)')))

local pieces = {}
local write = ffi.cast('nwt_write', function(_, text, length)
    pieces[#pieces + 1] = ffi.string(text, length)
    return 0
end)
nwt.nwt_report(model, "format='csv', columns='name,class,params'", write, nil)
write:free()
io.write(table.concat(pieces))

local own = context()
local rows = ffi.new('nwt_option[2]')
rows[0].key, rows[0].fallback, rows[0].help = 'axis', '-1', 'the axis scaled'
rows[0].minimum, rows[0].maximum = -2LL ^ 62, 2LL ^ 62
rows[0].value_type, rows[0].count = 2, 1 -- NWT_TYPE_INT
local weights = ffi.cast('int32_t (*)(nwt_op *, const void *)', function(op, self)
    local size = nwt.nwt_op_dim(op, 0, ffi.cast('const int64_t *', self)[0])
    return nwt.nwt_op_weight(op, 'scale', 1, ffi.new('nwt_axis[1]', {{'features', size}}), 0, 0)
end)
local kind = ffi.new('nwt_kind', ffi.sizeof('nwt_kind'), 'Scale')
kind.options, kind.option_size, kind.self_size = rows, ffi.sizeof('nwt_option'), 8
kind.weights = weights
nwt.nwt_register(own, kind)
local scale = layer(own, 'Scale(axis=1)')
checked(own, nwt.nwt_call(scale, input(own, 28, 28, 1)))
print_layer(scale)
weights:free()

-- A state of LuaJIT is one thread: its contexts take turns.
local counts = {}
for i = 1, 2 do
    local mine = context()
    for _ = 1, 50 do
        nwt.nwt_context_reset(mine)
        counts[i] = nwt.nwt_model_params(mnist(mine))
    end
end
print(('threads: 2 x 50 x %s'):format(number(counts[1] == counts[2] and counts[1] or -1)))
