// Go, by cgo: go run model.go with CGO_CFLAGS and CGO_LDFLAGS from pkg-config.
package main

/*
#include <stdlib.h>
#include <netweight/kind.h>

int32_t goWrite(void *user, char *text, size_t length);
int32_t goScaleWeights(nwt_op *op, void *self);

static int32_t report(nwt_model *model, const char *options, uintptr_t user)
{
    return nwt_report(model, options, (nwt_write)goWrite, (void *)user);
}

struct scale {
    int64_t axis;
};
static const nwt_option scale_options[] = {
    NWT_OPTION_INT(struct scale, axis, "-1", INT64_MIN, INT64_MAX, "the axis scaled"),
    NWT_OPTION_END};
static int32_t scale_weights(nwt_op *op, const void *self)
{
    return goScaleWeights(op, (void *)self);
}
static int32_t register_scale(nwt_context *ctx)
{
    nwt_kind kind = {sizeof kind, "Scale"};

    kind.options = scale_options;
    kind.self_size = sizeof(struct scale);
    kind.weights = scale_weights;
    return nwt_register(ctx, &kind);
}
static int64_t axis_of(const void *self)
{
    return ((const struct scale *)self)->axis;
}
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"runtime/cgo"
	"strings"
	"sync"
	"unsafe"
)

// A context owns all that is made in it.
type Context struct{ handle *C.nwt_context }

func NewContext() *Context { return &Context{C.nwt_context_new(nil)} }
func (c *Context) Free()   { C.nwt_context_free(c.handle) }

// The first error since the last look, which clears it.
func (c *Context) Err() error {
	if C.nwt_status(c.handle) == C.NWT_STATUS_OK {
		return nil
	}
	err := fmt.Errorf("error %d: %w", int(C.nwt_status(c.handle)),
		errors.New(C.GoString(C.nwt_message(c.handle))))
	C.nwt_context_clear_error(c.handle)
	return err
}

func (c *Context) Layer(text string) *C.nwt_layer {
	t := C.CString(text)
	defer C.free(unsafe.Pointer(t))
	return C.nwt_layer_parse(c.handle, t)
}

func (c *Context) Input(dims ...int64) *C.nwt_tensor {
	return C.nwt_input(c.handle, C.int32_t(len(dims)), (*C.int64_t)(&dims[0]), nil)
}

// What a function with snprintf's contract writes.
func text(write func(buffer *C.char, size C.size_t) C.size_t) string {
	buffer := make([]byte, int(write(nil, 0))+1)
	write((*C.char)(unsafe.Pointer(&buffer[0])), C.size_t(len(buffer)))
	return string(buffer[:len(buffer)-1])
}

func shape(rank C.int32_t, dims *C.int64_t) string {
	return text(func(b *C.char, s C.size_t) C.size_t { return C.nwt_shape_text(rank, dims, b, s) })
}

func name(layer *C.nwt_layer) string {
	return text(func(b *C.char, s C.size_t) C.size_t { return C.nwt_layer_name(layer, b, s) })
}

func printLayer(layer *C.nwt_layer) {
	output := C.nwt_layer_call_output(layer, 0, 0)
	fmt.Println(name(layer), C.GoString(C.nwt_layer_kind(layer)),
		shape(C.nwt_tensor_rank(output), C.nwt_tensor_dims(output)),
		int64(C.nwt_layer_count(layer, C.NWT_COUNT_PARAMS)))
	for i := C.int64_t(0); i < C.nwt_layer_weight_count(layer); i++ {
		info := C.nwt_weight_info{size: C.sizeof_nwt_weight_info}
		C.nwt_layer_weight(layer, i, &info)
		path := text(func(b *C.char, s C.size_t) C.size_t {
			return C.nwt_layer_weight_path(layer, i, b, s)
		})
		fmt.Println(" ", path, shape(info.rank, info.dims), C.GoString(C.nwt_dtype_name(info.dtype)))
	}
}

func mnist(c *Context) *C.nwt_model {
	x := c.Input(28, 28, 1)
	dense := c.Layer("Dense(10)")
	key, value := C.CString("name"), C.CString("it's")
	C.nwt_layer_set_string(dense, key, value)
	y := C.nwt_call(c.Layer("Conv2D(32, 3, padding='same', activation='relu')"), x)
	y = C.nwt_call(dense, C.nwt_call(c.Layer("Flatten()"), y))
	options := C.CString("name='mnist'")
	defer C.free(unsafe.Pointer(key))
	defer C.free(unsafe.Pointer(value))
	defer C.free(unsafe.Pointer(options))
	return C.nwt_model_new(c.handle, 1, &x, 1, &y, options)
}

//export goWrite
func goWrite(user unsafe.Pointer, bytes *C.char, length C.size_t) C.int32_t {
	out := cgo.Handle(uintptr(user)).Value().(*strings.Builder)
	out.WriteString(C.GoStringN(bytes, C.int(length)))
	return 0
}

//export goScaleWeights
func goScaleWeights(op *C.nwt_op, self unsafe.Pointer) C.int32_t {
	name, label := C.CString("scale"), C.CString("features")
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(label))
	axes := (*C.nwt_axis)(C.calloc(1, C.sizeof_nwt_axis))
	defer C.free(unsafe.Pointer(axes))
	axes.label, axes.size = label, C.nwt_op_dim(op, 0, C.axis_of(self))
	return C.nwt_op_weight(op, name, 1, axes, 0, 0)
}

func main() {
	c := NewContext()
	defer c.Free()
	model := mnist(c)
	if err := c.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for i := C.int64_t(1); i < C.nwt_model_layer_count(model); i++ {
		printLayer(C.nwt_model_layer(model, i))
	}
	fmt.Printf("mnist: %d parameters, %d bytes\n", int64(C.nwt_model_params(model)),
		int64(C.nwt_model_weight_bytes(model)))
	c.Layer("Dense(-3)")
	fmt.Println(c.Err())

	var out strings.Builder
	handle := cgo.NewHandle(&out)
	options := C.CString("format='csv', columns='name,class,params'")
	C.report(model, options, C.uintptr_t(handle))
	handle.Delete()
	C.free(unsafe.Pointer(options))
	fmt.Print(out.String())

	own := NewContext()
	defer own.Free()
	C.register_scale(own.handle)
	layer := own.Layer("Scale(axis=1)")
	C.nwt_call(layer, own.Input(28, 28, 1))
	if err := own.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	printLayer(layer)

	var all sync.WaitGroup
	params := make([]int64, 2)
	for i := range params {
		all.Add(1)
		go func() {
			defer all.Done()
			mine := NewContext()
			defer mine.Free()
			for round := 0; round < 50; round++ {
				C.nwt_context_reset(mine.handle)
				params[i] = int64(C.nwt_model_params(mnist(mine)))
			}
		}()
	}
	all.Wait()
	if params[0] == params[1] {
		fmt.Printf("threads: 2 x 50 x %d\n", params[0])
	}
}
