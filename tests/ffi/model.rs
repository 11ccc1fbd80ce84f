// Rust, with nothing but std: rustc model.rs -L native=FOLDER -l netweight.
use std::ffi::{c_char, c_void, CStr, CString};
use std::ptr::{null, null_mut};

macro_rules! handles { ($($name:ident),*) => { $(#[repr(C)] pub struct $name { _opaque: [u8; 0] })* } }
handles!(Context, Layer, Tensor, Model, Op);

#[repr(C)]
struct WeightInfo {
    size: usize,
    name: *const c_char,
    dims: *const i64,
    rank: i32,
    dtype: i32,
    trainable: i32,
    reserved: i32,
    elements: i64,
    bytes: i64,
}

#[repr(C)]
struct Axis {
    label: *const c_char,
    size: i64,
    flags: i32,
    reserved: i32,
}

#[repr(C)]
struct OptionRow {
    key: *const c_char,
    fallback: *const c_char,
    help: *const c_char,
    choices: *const *const c_char,
    minimum: i64,
    maximum: i64,
    value_type: i32,
    flags: i32,
    offset: i32,
    count: i32,
    least: f64,
    most: f64,
}

#[repr(C)]
struct Kind {
    size: usize,
    name: *const c_char,
    aliases: *const c_char,
    about: *const c_char,
    options: *const OptionRow,
    arguments: *const OptionRow,
    option_size: usize,
    self_size: usize,
    arguments_size: usize,
    make: Option<extern "C" fn(*mut Op, *mut c_void) -> i32>,
    weights: Option<extern "C" fn(*mut Op, *const c_void) -> i32>,
    shape: Option<extern "C" fn(*mut Op, *const c_void) -> i32>,
    user: *mut c_void,
    destroy: Option<extern "C" fn(*mut c_void)>,
    flags: i64,
    remark: *const c_char,
    work: i32,
    flops: i32,
    past: *const c_void,
    past_size: usize,
    axis_size: usize,
    option_count: i32,
    argument_count: i32,
}

type Write = extern "C" fn(*mut c_void, *const c_char, usize) -> i32;

extern "C" {
    fn nwt_context_new(options: *const c_void) -> *mut Context;
    fn nwt_context_free(ctx: *mut Context);
    fn nwt_context_reset(ctx: *mut Context);
    fn nwt_context_clear_error(ctx: *mut Context);
    fn nwt_status(ctx: *const Context) -> i32;
    fn nwt_message(ctx: *const Context) -> *const c_char;
    fn nwt_input(ctx: *mut Context, rank: i32, dims: *const i64, options: *const c_char) -> *mut Tensor;
    fn nwt_layer_parse(ctx: *mut Context, text: *const c_char) -> *mut Layer;
    fn nwt_layer_set_string(layer: *mut Layer, key: *const c_char, value: *const c_char) -> i32;
    fn nwt_call(layer: *mut Layer, input: *mut Tensor) -> *mut Tensor;
    fn nwt_layer_name(layer: *const Layer, buffer: *mut c_char, size: usize) -> usize;
    fn nwt_layer_kind(layer: *const Layer) -> *const c_char;
    fn nwt_layer_count(layer: *const Layer, what: i32) -> i64;
    fn nwt_layer_call_output(layer: *const Layer, call: i64, index: i32) -> *mut Tensor;
    fn nwt_layer_weight_count(layer: *const Layer) -> i64;
    fn nwt_layer_weight(layer: *const Layer, index: i64, info: *mut WeightInfo) -> i32;
    fn nwt_layer_weight_path(layer: *const Layer, index: i64, buffer: *mut c_char, size: usize) -> usize;
    fn nwt_tensor_rank(tensor: *const Tensor) -> i32;
    fn nwt_tensor_dims(tensor: *const Tensor) -> *const i64;
    fn nwt_shape_text(rank: i32, dims: *const i64, buffer: *mut c_char, size: usize) -> usize;
    fn nwt_dtype_name(dtype: i32) -> *const c_char;
    fn nwt_model_new(ctx: *mut Context, inputs: i32, from: *const *mut Tensor, outputs: i32,
                     to: *const *mut Tensor, options: *const c_char) -> *mut Model;
    fn nwt_model_layer_count(model: *const Model) -> i64;
    fn nwt_model_layer(model: *const Model, index: i64) -> *mut Layer;
    fn nwt_model_params(model: *const Model) -> i64;
    fn nwt_model_weight_bytes(model: *const Model) -> i64;
    fn nwt_report(model: *mut Model, options: *const c_char, write: Write, user: *mut c_void) -> i32;
    fn nwt_register(ctx: *mut Context, kind: *const Kind) -> i32;
    fn nwt_op_dim(op: *mut Op, input: i32, axis: i64) -> i64;
    fn nwt_op_weight(op: *mut Op, name: *const c_char, count: i32, axes: *const Axis, flags: i32,
                     dtype: i32) -> i32;
}

fn string(text: *const c_char) -> String {
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// What a function with snprintf's contract writes.
fn written(write: impl Fn(*mut c_char, usize) -> usize) -> String {
    let mut buffer = vec![0u8; write(null_mut(), 0) + 1];
    write(buffer.as_mut_ptr() as *mut c_char, buffer.len());
    string(buffer.as_ptr() as *const c_char)
}

/// Owns all that is made in it.
struct Network(*mut Context);

impl Network {
    fn new() -> Self {
        Network(unsafe { nwt_context_new(null()) })
    }
    fn layer(&self, text: &str) -> Result<*mut Layer, String> {
        let text = CString::new(text).unwrap();
        let layer = unsafe { nwt_layer_parse(self.0, text.as_ptr()) };
        self.checked(layer)
    }
    fn input(&self, dims: &[i64]) -> *mut Tensor {
        unsafe { nwt_input(self.0, dims.len() as i32, dims.as_ptr(), null()) }
    }
    fn checked<T>(&self, made: T) -> Result<T, String> {
        match unsafe { nwt_status(self.0) } {
            0 => Ok(made),
            status => {
                let message = format!("error {}: {}", status, string(unsafe { nwt_message(self.0) }));
                unsafe { nwt_context_clear_error(self.0) };
                Err(message)
            }
        }
    }
    fn mnist(&self) -> Result<*mut Model, String> {
        let (name, value) = (CString::new("name").unwrap(), CString::new("it's").unwrap());
        let options = CString::new("name='mnist'").unwrap();
        let x = self.input(&[28, 28, 1]);
        let conv = self.layer("Conv2D(32, 3, padding='same', activation='relu')")?;
        let flatten = self.layer("Flatten()")?;
        let dense = self.layer("Dense(10)")?;
        let model = unsafe {
            nwt_layer_set_string(dense, name.as_ptr(), value.as_ptr());
            let y = nwt_call(dense, nwt_call(flatten, nwt_call(conv, x)));
            nwt_model_new(self.0, 1, &x, 1, &y, options.as_ptr())
        };
        self.checked(model)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        unsafe { nwt_context_free(self.0) }
    }
}

fn print(layer: *mut Layer) {
    unsafe {
        let output = nwt_layer_call_output(layer, 0, 0);
        println!(
            "{} {} {} {}",
            written(|buffer, size| nwt_layer_name(layer, buffer, size)),
            string(nwt_layer_kind(layer)),
            written(|b, size| nwt_shape_text(nwt_tensor_rank(output), nwt_tensor_dims(output), b, size)),
            nwt_layer_count(layer, 0)
        );
        for i in 0..nwt_layer_weight_count(layer) {
            let mut info: WeightInfo = std::mem::zeroed();
            info.size = std::mem::size_of::<WeightInfo>();
            nwt_layer_weight(layer, i, &mut info);
            println!(
                "  {} {} {}",
                written(|buffer, size| nwt_layer_weight_path(layer, i, buffer, size)),
                written(|buffer, size| nwt_shape_text(info.rank, info.dims, buffer, size)),
                string(nwt_dtype_name(info.dtype))
            );
        }
    }
}

extern "C" fn append(user: *mut c_void, text: *const c_char, length: usize) -> i32 {
    let out = unsafe { &mut *(user as *mut Vec<u8>) };
    out.extend_from_slice(unsafe { std::slice::from_raw_parts(text as *const u8, length) });
    0
}

extern "C" fn scale_weights(op: *mut Op, this: *const c_void) -> i32 {
    let (name, label) = (CString::new("scale").unwrap(), CString::new("features").unwrap());
    unsafe {
        let size = nwt_op_dim(op, 0, *(this as *const i64));
        let axis = Axis { label: label.as_ptr(), size, flags: 0, reserved: 0 };
        nwt_op_weight(op, name.as_ptr(), 1, &axis, 0, 0)
    }
}

fn plugin() -> Result<(), String> {
    let own = Network::new();
    let (name, key) = (CString::new("Scale").unwrap(), CString::new("axis").unwrap());
    let (fallback, help) = (CString::new("-1").unwrap(), CString::new("the axis scaled").unwrap());
    unsafe {
        let mut rows: [OptionRow; 2] = std::mem::zeroed();
        rows[0].key = key.as_ptr();
        rows[0].fallback = fallback.as_ptr();
        rows[0].help = help.as_ptr();
        rows[0].minimum = i64::MIN;
        rows[0].maximum = i64::MAX;
        rows[0].value_type = 2; // NWT_TYPE_INT
        rows[0].count = 1;
        let mut kind: Kind = std::mem::zeroed();
        kind.size = std::mem::size_of::<Kind>();
        kind.name = name.as_ptr();
        kind.options = rows.as_ptr();
        kind.option_size = std::mem::size_of::<OptionRow>();
        kind.self_size = std::mem::size_of::<i64>();
        kind.weights = Some(scale_weights);
        nwt_register(own.0, &kind);
    }
    let layer = own.layer("Scale(axis=1)")?;
    unsafe { nwt_call(layer, own.input(&[28, 28, 1])) };
    own.checked(())?;
    print(layer);
    Ok(())
}

fn main() -> Result<(), String> {
    let network = Network::new();
    let model = network.mnist()?;
    unsafe {
        for i in 1..nwt_model_layer_count(model) {
            print(nwt_model_layer(model, i));
        }
        println!("mnist: {} parameters, {} bytes", nwt_model_params(model), nwt_model_weight_bytes(model));
    }
    println!("{}", network.layer("Dense(-3)").unwrap_err());

    let mut out: Vec<u8> = Vec::new();
    let options = CString::new("format='csv', columns='name,class,params'").unwrap();
    unsafe { nwt_report(model, options.as_ptr(), append, &mut out as *mut _ as *mut c_void) };
    print!("{}", String::from_utf8(out).unwrap());
    plugin()?;

    let counts: Vec<_> = (0..2)
        .map(|_| {
            std::thread::spawn(|| {
                let own = Network::new();
                let mut params = 0;
                for _ in 0..50 {
                    unsafe { nwt_context_reset(own.0) };
                    params = unsafe { nwt_model_params(own.mnist().unwrap()) };
                }
                params
            })
        })
        .map(|thread| thread.join().unwrap())
        .collect();
    assert_eq!(counts[0], counts[1]);
    println!("threads: 2 x 50 x {}", counts[0]);
    Ok(())
}
