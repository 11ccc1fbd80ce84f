"""Golden HDF5 files, each with the listing that h5py makes of it.

    python make_hdf5.py ../golden/hdf5          # h5py 3.16 with HDF5 2.0
    python make_hdf5.py --list FILE...          # the listing alone, to stdout

A line of a listing is one link or one attribute; `order` is that of creation,
where the file tracks it:

    PATH KIND [TYPE SHAPE LAYOUT STORED-BYTES FILTERS] [order N]
    PATH @NAME TYPE SHAPE VALUE... [order N]

Lines are sorted, since the order of links is not the same in all formats.
"""

import ctypes
import os
import sys

import h5py
import numpy as np
from h5py import h5a, h5d, h5f, h5p, h5s, h5t

FILTERS = {1: "deflate", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit",
           6: "scaleoffset", 32000: "lzf"}
LAYOUTS = {h5d.COMPACT: "compact", h5d.CONTIGUOUS: "contiguous",
           h5d.CHUNKED: "chunked", h5d.VIRTUAL: "virtual"}
OTHER_CLASSES = {h5t.TIME: "time", h5t.BITFIELD: "bitfield",
                 h5t.OPAQUE: "opaque", h5t.COMPOUND: "compound",
                 h5t.REFERENCE: "reference", h5t.VLEN: "sequence",
                 h5t.ARRAY: "array"}
FLOATS = {(1, 4, 3): "float8_e4m3fn", (1, 5, 2): "float8_e5m2",
          (2, 5, 10): "float16", (2, 8, 7): "bfloat16",
          (4, 8, 23): "float32", (8, 11, 52): "float64"}


# --- Listing ---

def quote(data):
    """A text as the listing has it: long ones by their length and hash."""
    if len(data) > 200:
        value = 0x811c9dc5
        for byte in data:
            value = (value ^ byte) * 0x01000193 & 0xffffffff
        return "text(%d,%08x)" % (len(data), value)
    return '"%s"' % "".join(
        chr(b) if 0x20 <= b < 0x7f and b not in b'"\\' else "\\x%02x" % b
        for b in data)


def type_name(t):
    kind = t.get_class()
    if kind == h5t.ENUM and t.get_nmembers() == 2 and t.get_size() == 1 and \
            [(t.get_member_name(i), t.get_member_value(i)) for i in (0, 1)] \
            == [(b"FALSE", 0), (b"TRUE", 1)]:
        return "bool"
    if kind in (h5t.INTEGER, h5t.ENUM):
        base = t.get_super() if kind == h5t.ENUM else t
        sign = "" if base.get_sign() == h5t.SGN_2 else "u"
        name = "%sint%d" % (sign, 8 * base.get_size())
        order = base.get_order()
        if kind == h5t.ENUM:
            name = "enum:" + name
    elif kind == h5t.FLOAT:
        _, _, exponent, _, mantissa = t.get_fields()
        name = FLOATS.get((t.get_size(), exponent, mantissa), "float")
        order = t.get_order()
    elif kind == h5t.STRING:
        if t.is_variable_str():
            return "string"
        return "string:%d:%d" % (t.get_size(), t.get_strpad())
    else:
        return OTHER_CLASSES[kind]
    return name + (">" if order == h5t.ORDER_BE and t.get_size() > 1 else "")


def shape_name(space):
    if space.get_simple_extent_type() == h5s.NULL:
        return "null"
    return "(%s)" % ",".join(map(str, space.get_simple_extent_dims()))


def raw_strings(attribute):
    """Elements of a string attribute as bytes without padding."""
    t, count = attribute.get_type(), attribute.get_space().get_simple_extent_npoints()
    if t.is_variable_str():
        out = np.empty(attribute.shape, dtype=attribute.dtype)
        attribute.read(out)
        return [s.encode() if isinstance(s, str) else (s or b"")
                for s in out.reshape(-1).tolist()]
    size = t.get_size()
    out = np.empty(attribute.shape, dtype="V%d" % size)
    attribute.read(out, mtype=t)
    data = out.tobytes()
    items = [data[i * size:(i + 1) * size] for i in range(count)]
    pad = t.get_strpad()
    if pad == h5t.STR_NULLTERM:
        return [s.split(b"\0")[0] for s in items]
    return [s.rstrip(b" " if pad == h5t.STR_SPACEPAD else b"\0") for s in items]


def values(attribute):
    t, space = attribute.get_type(), attribute.get_space()
    if space.get_simple_extent_npoints() == 0:
        return []
    name = type_name(t)
    if name.startswith("string"):
        strings = raw_strings(attribute)
        if len(strings) > 20:
            return ["%d times %s" % (len(strings), quote(b"\n".join(strings)))]
        return [quote(s) for s in strings]
    if name == "bool" or "int" in name:
        out = np.empty(attribute.shape, dtype=t.dtype)
        attribute.read(out)
        return [str(int(v)) for v in out.reshape(-1)]
    if name.rstrip(">") in ("float32", "float64"):
        out = np.empty(attribute.shape, dtype=t.dtype)
        attribute.read(out)
        return ["%016x" % v for v in
                out.astype("<f8").reshape(-1).view("<u8").tolist()]
    return []


def show(path):
    return quote(path)[1:-1] if len(path) <= 200 else quote(path)


def list_attributes(path, obj, lines):
    loc = obj.id
    tracked = not isinstance(obj, h5py.Datatype) and \
        loc.get_create_plist().get_attr_creation_order()
    for i in range(h5a.get_num_attrs(loc)):
        attribute = h5a.open(loc, index=i)
        name = attribute.name
        line = [show(path), "@" + show(name), type_name(attribute.get_type()),
                shape_name(attribute.get_space())] + values(attribute)
        if tracked:
            line += ["order", str(h5a.get_info(loc, name).corder)]
        lines.append(" ".join(line))


def describe(obj):
    if isinstance(obj, h5py.Group):
        return "group"
    if isinstance(obj, h5py.Datatype):
        return "type"
    d, dcpl = obj.id, obj.id.get_create_plist()
    layout, stored = LAYOUTS[dcpl.get_layout()], d.get_storage_size()
    if dcpl.get_external_count():
        layout, stored = "external", 0
    if layout == "virtual":
        stored = 0
    filters = ",".join(FILTERS.get(dcpl.get_filter(i)[0], "?")
                       for i in range(dcpl.get_nfilters()))
    return "dataset %s %s %s %d %s" % (type_name(d.get_type()), shape_name(d.get_space()),
                                       layout, stored, filters or "-")


def list_group(path, group, seen, lines):
    list_attributes(path, group, lines)
    for name in list(group.id):
        link = group.id.links.get_info(name)
        below = (path + b"/" if path else b"") + name
        order = " order %d" % link.corder if link.corder_valid else ""
        if link.type == h5py.h5l.TYPE_SOFT:
            line = "soft " + show(group.id.links.get_val(name))
        elif link.type == h5py.h5l.TYPE_EXTERNAL:
            file, target = group.id.links.get_val(name)
            line = "external %s %s" % (show(file), show(target))
        else:
            obj = group[name]
            address = h5py.h5o.get_info(obj.id).addr
            line = describe(obj)
            if address in seen:
                line += " seen"
            else:
                seen.add(address)
                if isinstance(obj, h5py.Group):
                    list_group(below, obj, seen, lines)
                else:
                    list_attributes(below, obj, lines)
        lines.append("%s %s%s" % (show(below), line, order))


def listing(path):
    lines = []
    with h5py.File(path, "r") as f:
        seen = {h5py.h5o.get_info(f["/"].id).addr}
        lines.append(" group")
        list_group(b"", f["/"], seen, lines)
    return b"".join(sorted(line.encode("ascii") + b"\n" for line in lines))


# --- Contents ---

def timeless(kind):
    """Without the time of creation, so that the files are the same each time."""
    plist = h5p.create(kind)
    plist.set_obj_track_times(False)
    return plist


def fixed_type(size, padding):
    t = h5t.C_S1.copy()
    t.set_size(size)
    t.set_strpad(padding)
    return t


def raw_attribute(obj, name, t, space, data):
    a = h5a.create(obj.id, name, t, space)
    a.write(np.frombuffer(data, "V%d" % t.get_size()).reshape(
        space.get_simple_extent_dims()), mtype=t)


def attributes(f):
    a = f.create_group("attributes").attrs
    a["variable"] = "a text of any length"
    a["utf8"] = "Größe 層 🧠"
    a["empty"] = ""
    a["fixed"] = np.bytes_(b"fixed text")
    a["bytes"] = b"variable bytes"
    a["none"] = h5py.Empty("f4")
    a["no string"] = h5py.Empty(h5py.string_dtype())
    a["names"] = np.array([b"dense", b"dense_1", b"a/b:0"], dtype="S7")
    a["variable names"] = np.array(["one", "", "three" * 30], dtype=object)
    a["no names"] = np.array([], dtype="S1")
    a["matrix"] = np.arange(6, dtype=">i4").reshape(2, 3)
    a["2d names"] = np.array([["a", "b"], ["c", "d"]], dtype=object)
    for kind in "i1", "<i2", ">i4", "<i8", "u1", ">u2", "<u4", ">u8":
        a[kind] = np.array([5, np.iinfo(kind).max // 2, np.iinfo(kind).min], dtype=kind)
    a["float32"] = np.float32(0.1)
    a["float64 BE"] = np.array([1e300, -0.0], dtype=">f8")
    a["float16"] = np.float16(1.5)
    a["bool"] = np.True_
    a["bools"] = np.array([True, False])
    a.create("enum", 3, dtype=h5py.enum_dtype({"A": 1, "B": 3}, "u2"))
    g = f["attributes"]
    raw_attribute(g, b"space padded", fixed_type(8, h5t.STR_SPACEPAD),
                  h5s.create(h5s.SCALAR), b"a b     ")
    raw_attribute(g, b"nul ended", fixed_type(8, h5t.STR_NULLTERM),
                  h5s.create_simple((2,)), b"ab\0xyz\0\0abcdefgh")


def types(f):
    g = f.create_group("types")
    for kind in "i1", "<i2", ">i4", "<i8", "u1", ">u2", "<u4", ">u8", "<f2", "<f4", ">f8", "?":
        g.create_dataset(kind.replace("?", "bool"), data=np.zeros((2, 3), dtype=kind))
    g["scalar"] = np.float32(3)
    g["vector"] = np.arange(7, dtype="f4")
    g["rank 5"] = np.zeros((2, 1, 3, 1, 2), dtype="f4")
    g["nothing"] = np.zeros((0, 3), dtype="f4")
    g["null"] = h5py.Empty("f4")
    g["bfloat16 as bytes"] = np.zeros(4, dtype="V2")
    g["pair"] = np.zeros(2, dtype=[("r", "f4"), ("i", "f4")])
    g["strings"] = np.array(["ab", "c"], dtype=object)
    g["fixed strings"] = np.array([b"ab", b"cde"], dtype="S3")
    g["enum"] = np.array([1, 2], dtype=h5py.enum_dtype({"A": 1, "B": 2}, "i4"))
    g.create_dataset("sequences", (2,), dtype=h5py.vlen_dtype("i4"))
    g.create_dataset("reference", (2,), dtype=h5py.ref_dtype)
    bfloat16 = h5t.IEEE_F16LE.copy()
    bfloat16.set_fields(15, 7, 8, 0, 7)
    bfloat16.set_ebias(127)
    h5d.create(g.id, b"bfloat16", bfloat16, h5s.create_simple((3,)),
               timeless(h5p.DATASET_CREATE))


def named_types(f, path):
    """These cannot be made without the time, so the files are new each time."""
    tiny(f, path)
    f["named"] = np.dtype("f8")
    f.create_dataset("of named", (2,), dtype=f["named"])
    f["of named"].attrs.create("of named", 2.5, dtype=f["named"])


def layouts(f, path):
    g = f.create_group("layouts")
    dcpl = timeless(h5p.DATASET_CREATE)
    dcpl.set_layout(h5d.COMPACT)
    d = h5d.create(g.id, b"compact", h5t.IEEE_F32LE, h5s.create_simple((5, 2)), dcpl)
    d.write(h5s.ALL, h5s.ALL, np.ones((5, 2), "f4"))
    g.create_dataset("never written", (100, 100), dtype="f4")
    data = np.arange(600, dtype="f4").reshape(20, 30)
    g.create_dataset("chunks", data=data, chunks=(7, 8))
    g.create_dataset("one chunk", data=data, chunks=(20, 30))
    g.create_dataset("one packed chunk", data=data, chunks=(20, 30), compression="gzip")
    g.create_dataset("packed", data=data, chunks=(7, 8), compression="gzip", shuffle=True,
                     fletcher32=True)
    g.create_dataset("lzf", data=data, chunks=(20, 8), compression="lzf")
    g.create_dataset("no chunks yet", (20, 30), dtype="f4", chunks=(7, 8))
    d = g.create_dataset("some chunks", (20, 30), dtype="f4", chunks=(7, 8))
    d[10:12, 20:25] = 1
    g.create_dataset("grows", data=data, chunks=(7, 8), maxshape=(None, 30))
    g.create_dataset("grows packed", data=data, chunks=(7, 8), maxshape=(20, None),
                     compression="gzip")
    g.create_dataset("grows both ways", data=data, chunks=(7, 8), maxshape=(None, None))
    g.create_dataset("grows both ways packed", data=data, chunks=(7, 8),
                     maxshape=(None, None), compression="gzip")
    dcpl = timeless(h5p.DATASET_CREATE)
    dcpl.set_chunk((7, 8))
    dcpl.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    h5d.create(g.id, b"all chunks at once", h5t.IEEE_F32LE, h5s.create_simple((20, 30)), dcpl)
    g.create_dataset("elsewhere", (10,), dtype="f4", external=[("elsewhere.bin", 0, 40)])
    if f.libver[1] != "v108":                   # which has none
        dcpl = timeless(h5p.DATASET_CREATE)
        space = h5s.create_simple((4,))
        dcpl.set_virtual(space, b"elsewhere.h5", b"data", space)
        h5d.create(g.id, b"virtual", h5t.IEEE_F32LE, space, dcpl)


def links(f):
    g = f.create_group("hard")
    g["a dataset"] = np.zeros(3, "f4")
    g["the same dataset"] = g["a dataset"]
    g = f.create_group("links")
    g["root"] = f["/"]
    g["soft"] = h5py.SoftLink("/hard/a dataset")
    g["soft to nothing"] = h5py.SoftLink("no/such/thing")
    g["external"] = h5py.ExternalLink("other.h5", "/some/path")
    below = g.create_group("below/deep/deeper")
    below["x"] = np.zeros(1, "i1")
    below["up"] = f["links"]
    g.create_group("層").attrs["é"] = 1
    g.create_group("n" * 300)
    g.create_group("empty")
    g = f.create_group("old links")             # no external link: a symbol table
    g["soft"] = h5py.SoftLink("/hard/a dataset")
    for i in range(20):
        g.create_group("group %d" % i)


def general(f, path):
    attributes(f)
    types(f)
    links(f)


def many_links(count, length):
    def make(f, path):
        f["d"] = np.zeros(1, "i1")
        g = f.create_group("many")
        for i in range(count):
            g["%0*d" % (length, i * 7919 % count)] = f["d"]
    return make


def long_names(f, path):
    """Names over 4 kB are huge objects of a fractal heap."""
    g = f.create_group("g")
    for i in range(12):
        g.create_group("%02d" % i + "n" * (5000 if i % 4 == 0 else 90))


def small_links(f, path):
    """Links of at most 7 bytes lie in the very heap IDs that name them; huge ones are told there."""
    g = f.create_group("g")
    for i in range(12):
        g.create_group("%x" % i * (5000 if i % 6 == 5 else 1 + i % 3))


def many_attributes(f, path):
    for i in range(120):
        f.attrs["attribute %d" % i] = "value %d" % i
    g = f.create_group("large")
    for i in range(12):
        g.attrs["a%d" % i] = np.bytes_(b"%d" % i * (5000 if i % 3 == 0 else 40))


def large_attribute(f, path):
    """An attribute over 64 kB, which only new formats can have."""
    f.attrs["model_config"] = np.bytes_(b"{" + b"x" * 70000 + b"}")
    f.attrs["layer_names"] = np.array([b"layer_%d" % i for i in range(900)])


def split_attribute(f, path):
    """As Keras splits what does not fit in 64 kB."""
    names = np.array([b"a_rather_long_name_of_a_layer_%04d" % i for i in range(2100)])
    for i, part in enumerate(np.array_split(names, 2)):
        f.attrs["layer_names%d" % i] = part


def order(f, path):
    for name, count in ("few", 5), ("many", 40):
        g = f.create_group(name, track_order=True)
        for i in range(count):
            g.create_group("%02d" % ((i * 7 + 3) % count))
            g.attrs["%02d" % ((i * 11 + 5) % count)] = i


def tiny(f, path):
    f.attrs["model_config"] = '{"class_name": "Sequential"}'
    f.attrs["backend"] = np.bytes_(b"jax")
    g = f.create_group("model_weights/dense")
    g.attrs["weight_names"] = np.array([b"kernel:0", b"bias:0"])
    g.create_dataset("kernel:0", data=np.zeros((3, 2), "f4"))
    g.create_dataset("bias:0", data=np.zeros(2, "f4"), chunks=(1,), compression="gzip")
    g["soft"] = h5py.SoftLink("kernel:0")


def dense(f, path):
    """Fractal heaps, B-trees of version 2, and all indexes of chunks, in little space."""
    for i in range(9):
        f["l%d" % i] = h5py.SoftLink("x")
        f.attrs["a%d" % i] = i
    g = f.create_group("g")
    d = g.create_dataset("fixed", (8,), "i1", chunks=(1,))
    d[2:5] = 1
    d = g.create_dataset("extensible", (8,), "i1", chunks=(1,), maxshape=(None,))
    d[2:7] = 1
    d = g.create_dataset("tree", (2, 2), "i1", chunks=(1, 1), maxshape=(None, None))
    d[0] = 1


def paged(f, path):
    """A fixed array in pages, of which one was never written."""
    d = f.create_dataset("paged", (3500,), "i1", chunks=(1,))
    d[:900] = 1
    d[2500:] = 1
    d = f.create_dataset("packed", (4000,), "i1", chunks=(2,), compression="gzip")
    d[1200:1300] = 1


def old_chunks(f, path):
    """B-trees of chunks with two levels."""
    f.create_dataset("x", data=np.zeros((200, 3), "i2"), chunks=(2, 2))
    f.create_dataset("y", data=np.arange(300), chunks=(3,), compression="gzip")


def large_chunk(f, path):
    f.create_dataset("x", (2**34,), "i1", chunks=(2**33,))
    f.create_dataset("y", (2**34,), "i1", chunks=(2**33,), compression="gzip")
    f.create_dataset("huge", (2**40, 2**22), "i1", chunks=(2**20, 2**8), maxshape=(None, None))


def extensible(f, path):
    """An extensible array with super blocks; filtered and not."""
    d = f.create_dataset("x", (1500,), "i1", chunks=(1,), maxshape=(None,))
    d[:700] = 1
    d[1300:1400] = 1
    d = f.create_dataset("y", (400,), "i1", chunks=(2,), maxshape=(None,), compression="gzip")
    d[:] = 1
    d = f.create_dataset("pages", (140000,), "i1", chunks=(1,), maxshape=(None,))
    d[138500:138510] = 1
    d[139995:] = 1


# --- Features that only the HDF5 library itself can be asked for ---

def library():
    with open("/proc/self/maps") as maps:
        return ctypes.CDLL(next(line.split()[-1] for line in maps if "/libhdf5-" in line))


def set_istore_k(fcpl, k):
    """Any value but the default makes superblock 1."""
    assert library().H5Pset_istore_k(ctypes.c_int64(fcpl.id), k) >= 0


def share_messages(fcpl):
    """Datatypes, dataspaces and attributes of any size in a heap of shared messages."""
    plist = ctypes.c_int64(fcpl.id)
    assert library().H5Pset_shared_mesg_nindexes(plist, 1) >= 0
    assert library().H5Pset_shared_mesg_index(plist, 0, 0x2 | 0x8 | 0x1000, 1) >= 0


def image_of_cache(fapl):
    """Metadata in one block when the file is closed."""
    class Config(ctypes.Structure):
        _fields_ = [("version", ctypes.c_int), ("generate", ctypes.c_bool),
                    ("resize", ctypes.c_bool), ("ageout", ctypes.c_int)]
    config = Config(1, True, False, -1)
    assert library().H5Pset_mdc_image_config(ctypes.c_int64(fapl.id), ctypes.byref(config)) >= 0


def compressed_heap(f, path):
    gcpl = timeless(h5p.GROUP_CREATE)
    assert library().H5Pset_deflate(ctypes.c_int64(gcpl.id), 6) >= 0
    g = h5py.Group(h5py.h5g.create(f.id, b"g", gcpl=gcpl))
    for i in range(30):
        g["link %d" % i] = h5py.SoftLink("x")


FILES = [
    ("general-earliest", "earliest", general, {}),
    ("general-latest", "latest", general, {}),
    ("layouts-earliest", "earliest", layouts, {}),
    ("layouts-v108", "v108", layouts, {}),
    ("layouts-latest", "latest", layouts, {}),
    ("links-earliest", "earliest", many_links(400, 6), {}),
    ("links-v108", "v108", many_links(1200, 6), {}),
    ("links-latest", "latest", many_links(300, 90), {}),
    ("names-earliest", "earliest", long_names, {}),
    ("names-latest", "latest", long_names, {}),
    ("attributes-earliest", "earliest", many_attributes, {}),
    ("attributes-latest", "latest", many_attributes, {}),
    ("large-attribute-latest", "latest", large_attribute, {}),
    ("split-attribute-earliest", "earliest", split_attribute, {}),
    ("order-earliest", "earliest", order, {}),
    ("order-latest", "latest", order, {}),
    ("userblock-earliest", "earliest", tiny, {"userblock": 512}),
    ("userblock-latest", "latest", tiny, {"userblock": 2048}),
    ("offsets-4-earliest", "earliest", tiny, {"sizes": (4, 4)}),
    ("offsets-4-latest", "latest", order, {"sizes": (4, 4)}),
    ("offsets-2-latest", "latest", small_links, {"sizes": (2, 4)}),
    ("superblock-1", "earliest", tiny, {"istore_k": 16}),
    ("tiny-earliest", "earliest", tiny, {}),
    ("tiny-latest", "latest", tiny, {}),
    ("dense-latest", "latest", dense, {}),
    ("named-types-earliest", "earliest", named_types, {"times": 1}),
    ("named-types-latest", "latest", named_types, {"times": 1}),
    ("paged-latest", "latest", paged, {}),
    ("chunks-earliest", "earliest", old_chunks, {}),
    ("large-chunk-latest", "latest", large_chunk, {}),
    ("extensible-latest", "latest", extensible, {}),
]

# Not read, by name; each is a file that h5py lists.
REFUSED = [
    ("refused-shared-messages", "latest", tiny, {"share": 1}),
    ("refused-compressed-heap", "latest", compressed_heap, {}),
    ("refused-cache-image", "latest", tiny, {"image": 1}),
]


def create(path, version, make, options):
    fcpl = timeless(h5p.FILE_CREATE)
    fcpl.set_obj_track_times("times" in options)
    if "userblock" in options:
        fcpl.set_userblock(options["userblock"])
    if "sizes" in options:
        fcpl.set_sizes(*options["sizes"])
    if "istore_k" in options:
        set_istore_k(fcpl, options["istore_k"])
    fapl = h5p.create(h5p.FILE_ACCESS)
    fapl.set_fclose_degree(h5f.CLOSE_STRONG)
    bounds = {"earliest": h5f.LIBVER_EARLIEST, "v108": h5f.LIBVER_V18,
              "latest": h5f.LIBVER_LATEST}
    high = h5f.LIBVER_LATEST if version != "v108" else h5f.LIBVER_V18
    fapl.set_libver_bounds(bounds[version], high)
    if "share" in options:
        share_messages(fcpl)
    if "image" in options:
        image_of_cache(fapl)
    with h5py.File(h5f.create(path.encode(), h5f.ACC_TRUNC, fcpl, fapl)) as f:
        make(f, path)
    if "userblock" in options:
        with open(path, "r+b") as file:
            file.write(b"A user block is any bytes.\n")


def main():
    if sys.argv[1] == "--list":
        for path in sys.argv[2:]:
            sys.stdout.buffer.write(listing(path))
        return
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name, version, make, options in FILES:
        path = os.path.join(folder, name + ".h5")
        create(path, version, make, options)
        size = os.path.getsize(path)
        assert size < 100 * 1024, (path, size)
        with open(os.path.join(folder, name + ".txt"), "wb") as out:
            out.write(listing(path))
    for name, version, make, options in REFUSED:
        path = os.path.join(folder, name + ".h5")
        create(path, version, make, options)
        assert listing(path)
    for driver in "family", "split":
        with h5py.File(os.path.join(folder, "refused-%s-%%d" % driver if driver == "family"
                                    else "refused-split"), "w", driver=driver) as f:
            tiny(f, None)
    os.rename(os.path.join(folder, "refused-family-0"),
              os.path.join(folder, "refused-family.h5"))
    os.rename(os.path.join(folder, "refused-split-m.h5"),
              os.path.join(folder, "refused-split.h5"))
    os.remove(os.path.join(folder, "refused-split-r.h5"))


if __name__ == "__main__":
    main()
