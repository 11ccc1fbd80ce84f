#!/usr/bin/env python3
"""Makes tests/golden/zip: archives, good and bad, and deflated streams with zlib's verdict.

    python3 tests/oracle/make_zip.py tests/golden/zip tests/fuzz/inflate

members.txt holds what Python's zipfile reads from the archives that are to be read:
archive, member, size, CRC-32, separated by tabs. inflate.txt holds one deflated stream a line,
in hexadecimal, then zlib's verdict: "size crc" or "bad" (refused, or not ended).
The second folder gets those at the borders of what is allowed as seeds for fuzzing.
"""

import io
import os
import random
import struct
import sys
import zipfile
import zlib

CONFIG = b'{"class_name": "Sequential", "config": {"name": "s", "layers": []}}'
DATE = (2024, 1, 2, 3, 4, 6)
MAX32 = 0xffffffff


def deflate(data, level=6, strategy=zlib.Z_DEFAULT_STRATEGY):
    c = zlib.compressobj(level, zlib.DEFLATED, -15, 8, strategy)
    return c.compress(data) + c.flush()


def large_content(size):
    """What test_zip.c computes again for any offset."""
    return bytes((i // 4096 * 7 + i % 64) & 255 for i in range(size))


class Member:
    """One member, each field of its two headers free to be wrong."""

    def __init__(self, name, data, method=0, packed=None, **wrong):
        self.name = name.encode()
        self.method = method
        self.packed = packed if packed is not None else deflate(data) if method == 8 else data
        self.size = len(data)
        self.packed_size = len(self.packed)
        self.crc = zlib.crc32(data)
        self.flags = 0
        self.local_name = self.name
        self.offset = None
        self.zip64 = False
        self.descriptor = b''
        self.extra = b''
        self.comment = b''
        self.__dict__.update(wrong)
        self.local_method = wrong.get('local_method', self.method)

    def local(self):
        size, packed_size, extra = self.size, self.packed_size, self.extra
        if self.zip64:
            extra += struct.pack('<HHQQ', 1, 16, size, packed_size)
            size = packed_size = MAX32
        return struct.pack('<IHHHHHIIIHH', 0x04034b50, 45, self.flags, self.local_method, 0, 33,
                           self.crc, packed_size & MAX32, size & MAX32, len(self.local_name),
                           len(extra)) + self.local_name + extra

    def entry(self, offset):
        size, packed_size, extra = self.size, self.packed_size, self.extra
        offset = offset if self.offset is None else self.offset
        if self.zip64:
            extra += struct.pack('<HHQQQ', 1, 24, size, packed_size, offset)
            size = packed_size = offset = MAX32
        return struct.pack('<IHHHHHHIIIHHHHHII', 0x02014b50, 45, 45, self.flags, self.method, 0,
                           33, self.crc, packed_size, size, len(self.name), len(extra),
                           len(self.comment), 0, 0, 0, offset) + self.name + extra + self.comment


def archive(members, prefix=b'', comment=b'', trailing=b'', zip64=False, **wrong):
    """Offsets count from behind the prefix."""
    out, directory = b'', b''
    for member in members:
        directory += member.entry(len(out))
        out += member.local() + member.packed + member.descriptor
    values = {'entries': len(members), 'size': len(directory), 'offset': len(out), 'disk': 0,
              'end64': len(out) + len(directory)}
    values.update(wrong)
    entries, size, offset = values['entries'], values['size'], values['offset']
    out += directory
    if zip64:
        out += struct.pack('<IQHHIIQQQQ', 0x06064b50, 44, 45, 45, values['disk'], 0, entries,
                           entries, size, offset)
        out += struct.pack('<IIQI', 0x07064b50, 0, values['end64'], 1)
        entries, size, offset = 0xffff, MAX32, MAX32
    out += struct.pack('<IHHHHIIH', 0x06054b50, values['disk'], 0, entries, entries, size, offset,
                       len(comment)) + comment
    return prefix + out + trailing


def by_zipfile(members, method, stream=False):
    class Unseekable(io.RawIOBase):
        def __init__(self):
            self.data = b''

        def writable(self):
            return True

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    target = Unseekable() if stream else io.BytesIO()
    with zipfile.ZipFile(target, 'w', method) as z:
        for name, data in members:
            z.writestr(zipfile.ZipInfo(name, DATE), data, method)
    return target.data if stream else target.getvalue()


def good():
    rng = random.Random(7)
    weights = rng.randbytes(700)
    three = [('metadata.json', b'{"keras_version": "3.15.1"}'), ('config.json', CONFIG),
             ('model.weights.h5', weights)]
    blocks = [Member('stored', weights, 8, deflate(weights, 0)),
              Member('fixed', CONFIG, 8, deflate(CONFIG, 9, zlib.Z_FIXED)),
              Member('dynamic', CONFIG * 40, 8, deflate(CONFIG * 40, 9, zlib.Z_HUFFMAN_ONLY)),
              Member('nothing', b'', 8)]
    config = [Member('config.json', CONFIG, 8)]
    descriptor = struct.pack('<IIII', 0x08074b50, zlib.crc32(CONFIG), len(CONFIG), len(CONFIG))
    extras = Member('config.json', CONFIG, extra=struct.pack('<HHI', 0x7855, 4, 5), flags=8,
                    descriptor=descriptor, comment=b'of the member')
    zip64 = [Member('config.json', CONFIG, 8, zip64=True), Member('b', weights, zip64=True)]
    large = large_content(5 * 1024 * 1024 + 12345)
    return {
        'stored': by_zipfile(three, zipfile.ZIP_STORED),
        'deflated': by_zipfile(three, zipfile.ZIP_DEFLATED),
        'stream': by_zipfile(three, zipfile.ZIP_DEFLATED, stream=True),
        'blocks': archive(blocks),
        'extras': archive([extras, Member('b', b'after')]),
        'zip64': archive(zip64, zip64=True),
        'zip64-prefix': archive(zip64, prefix=b'x' * 99, zip64=True),
        'comment': archive(config, comment=b'a comment'),
        'comment-longest': archive(config, comment=b'c' * 65535),
        'comment-locator': archive([Member('config.json', CONFIG, comment=struct.pack(
            '<IIQI', 0x07064b50, 0, 5, 1))]),
        'prefix': archive(config, prefix=b'#!/bin/sh\n' * 50),
        'trailing': archive(config, trailing=b'bytes that do not belong to it'),
        'many': archive([Member('layer_%d' % i, b'') for i in range(500)]),
        'empty': archive([]),
        'unordered': unordered(),
        'twice': archive([Member('config.json', b'old'), Member('config.json', CONFIG)]),
        'gap': archive([Member('a', b'1', descriptor=b'unused ' * 9), Member('b', b'2')]),
        'long-name': archive([Member('n' * 5000, CONFIG), Member('config.json', b'{}')]),
        'bomb': archive([Member('config.json', bytes(10 ** 7), 8)]),
        'large': archive([Member('model.weights.h5', large, 8, deflate(large, 9))]),
    }


def comment_with_end():
    """Python takes the false end record; the true one is that whose comment ends the file."""
    false_end = struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, 9, 9, 9, 9, 3)
    return archive([Member('config.json', CONFIG, 8)], comment=b'false ' + false_end + b' end')


def unordered():
    """The directory names the members in another order than they lie in."""
    a, b = Member('a', b'first'), Member('b', b'second')
    data = a.local() + a.packed + b.local() + b.packed
    directory = b.entry(len(a.local() + a.packed)) + a.entry(0)
    return data + directory + struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, 2, 2, len(directory),
                                          len(data), 0)


def bad():
    packed = deflate(CONFIG)
    half = bytearray(packed)
    half[len(half) // 2] ^= 0x55

    def one(**wrong):
        return archive([Member('config.json', CONFIG, 8, **wrong)])

    two = [Member('a', CONFIG), Member('b', CONFIG)]
    return {
        'encrypted': one(flags=1),
        'crc': one(crc=1),
        'crc-stored': archive([Member('config.json', CONFIG, crc=1)]),
        'larger': one(size=len(CONFIG) + 1),
        'smaller': one(size=len(CONFIG) - 1),
        'impossible': one(size=10 ** 9),
        'stored-sizes': archive([Member('config.json', CONFIG, size=5)]),
        'damaged': one(packed=bytes(half)),
        'cut-stream': one(packed=packed[:-5]),
        'after-stream': one(packed=packed + b'more'),
        'method-14': archive([Member('config.json', CONFIG, 14)]),
        'method-77': archive([Member('config.json', CONFIG, 77)]),
        'method-differs': one(local_method=0),
        'name-differs': one(local_name=b'config.jsom'),
        'name-longer': one(local_name=b'config.json2'),
        'overlap-same': archive([two[0], Member('a', CONFIG, offset=0)]),
        'overlap-part': archive([Member('a', CONFIG, packed_size=len(CONFIG) + 40,
                                        size=len(CONFIG) + 40), two[1]]),
        'overlap-directory': archive([Member('a', CONFIG, packed_size=len(CONFIG) + 1,
                                             size=len(CONFIG) + 1)]),
        'offset-outside': one(offset=10 ** 6),
        'offset-wrong': one(offset=1),
        'directory-outside': archive(two, offset=10 ** 6),
        'directory-size': archive(two, size=10 ** 6),
        'directory-short': archive(two, size=60),
        'entries-more': archive(two, entries=3),
        'entries-fewer': archive(two, entries=1),
        'entries-many': archive(two, entries=60000),
        'entries-shifted': archive([Member('a', b'')], size=46, offset=32),
        'zip64-lost': archive(two, zip64=True, end64=3, disk=0).replace(b'PK\x06\x06', b'PK\x06?'),
        'zip64-entries': archive(two, zip64=True, entries=2 ** 64 - 1),
        'zip64-size': archive(two, zip64=True, size=2 ** 64 - 1),
        'zip64-offset': archive(two, zip64=True, offset=2 ** 63),
        'zip64-field': archive([Member('a', b'', size=MAX32, extra=struct.pack('<HHI', 1, 4, 0))]),
        'split': archive(two, disk=2),
        'no-end': archive(two)[:-22],
    }


def huge(directory):
    """The two ends of an archive whose member of 10 GB the test makes up between them."""
    size = 10 * 10 ** 9
    member = Member('model.weights.h5', b'', zip64=True, size=size, packed_size=size)
    head = member.local()
    entry = member.entry(0)
    end = struct.pack('<IQHHIIQQQQ', 0x06064b50, 44, 45, 45, 0, 0, 1, 1, len(entry),
                      len(head) + size)
    end += struct.pack('<IIQI', 0x07064b50, 0, len(head) + size + len(entry), 1)
    end += struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, 0xffff, 0xffff, MAX32, MAX32, 0)
    write(directory, 'huge-head.bin', head)
    write(directory, 'huge-tail.bin', entry + end)


def verdict(stream):
    d = zlib.decompressobj(-15)
    try:
        data = d.decompress(stream)
    except zlib.error:
        return 'bad'
    if not d.eof or d.unused_data:
        return 'bad'
    return '%d %08x' % (len(data), zlib.crc32(data))


class Bits:
    def __init__(self):
        self.value, self.count = 0, 0

    def put(self, value, count):
        self.value |= value << self.count
        self.count += count
        return self

    def code(self, text):
        for c in text:
            self.put(int(c), 1)
        return self

    def bytes(self):
        return self.value.to_bytes((self.count + 7) // 8, 'little')


def dynamic(lengths, distances, body, last=1):
    """A dynamic block whose code lengths are each written plainly, by codes of four bits."""
    b = Bits().put(last, 1).put(2, 2).put(len(lengths) - 257, 5).put(len(distances) - 1, 5)
    b.put(15, 4)
    order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    for symbol in order:
        b.put(4 if symbol < 16 else 0, 3)
    for length in lengths + distances:
        b.code(format(length, '04b'))
    return b.code(body).bytes()


def edge_streams():
    """Codes at the borders of what is allowed."""
    def literals(**at):
        lengths = [0] * 257
        for symbol, length in at.items():
            lengths[int(symbol[1:])] = length
        return lengths

    end_only = literals(_256=1)
    two = literals(_97=1, _256=1)
    match = two + [2, 0]
    match[97], match[256] = 2, 1
    yield dynamic(end_only, [0], '0')               # a lone code, no distances
    yield dynamic(end_only, [0], '1')
    yield dynamic(two, [0], '0001')
    yield dynamic(two, [1], '01')
    yield dynamic(two, [2], '01')                   # an incomplete distance code
    yield dynamic(two, [1, 1], '01')
    yield dynamic(two, [1, 1, 1], '01')             # over-subscribed
    yield dynamic(literals(_256=2), [0], '00')      # incomplete
    yield dynamic(literals(_97=1, _98=1, _256=1), [0], '0')
    yield dynamic(literals(_97=1, _98=1), [0], '01')  # without an end
    yield dynamic(match[:258], [1], '10' + '11' + '0' + '0')
    yield dynamic(match[:258], [1], '11' + '0' + '0')  # before the beginning
    yield dynamic(match[:258], [0], '10' + '11' + '0' + '0')
    yield dynamic(match[:258], [1], '10' + '11' + '1' + '0')
    yield dynamic(literals(**{'_%d' % s: s - 241 for s in range(242, 256)}, _256=15, _0=15), [0],
                  '0' + '10' + '1' * 13 + '0' + '1' * 14 + '0' + '1' * 15)
    yield dynamic(two + [0] * 29, [0], '01')        # 286 symbols
    yield dynamic(two + [0] * 30, [0], '01')        # 287
    yield dynamic(two, [0] * 30, '01')
    yield dynamic(two, [0] * 31, '01')
    yield Bits().put(7, 3).bytes()                  # the reserved type
    yield Bits().put(3, 3).code('0000000').bytes()
    yield Bits().put(3, 3).code('11000110').code('0000000').bytes()     # symbol 286
    yield Bits().put(3, 3).code('00110000').code('0000001').code('11110').code(
        '0000000').bytes()                          # distance symbol 30
    yield bytes([1, 0, 0, 0xff, 0xff])
    yield bytes([1, 1, 0, 0xff, 0xff, 65])
    yield bytes([1, 1, 0, 0xfe, 0xff, 65])
    yield bytes([0, 0, 0, 0xff, 0xff] * 3 + [3, 0])
    yield b''
    yield Bits().put(2, 3).code('0000000').put(3, 3).code('00110001').code('0000000').bytes()
    packed = Bits().put(5, 3).put(0, 5).put(0, 5).put(0, 4).put(1, 3).put(2, 3).put(2, 3)
    packed.put(0, 3)                                # codes only for 16, 17 and 18
    yield packed.code('0').put(0, 30).bytes()       # repeats, with nothing before
    packed = Bits().put(5, 3).put(0, 5).put(0, 5).put(0, 4).put(1, 3).put(2, 3).put(2, 3)
    packed.put(0, 3).code('11').put(127, 7).code('11').put(127, 7)
    yield packed.put(0, 30).bytes()                 # too many lengths


def streams():
    rng = random.Random(11)
    yield from edge_streams()
    texts = [b'', b'a', CONFIG, bytes(5000), rng.randbytes(60), CONFIG * 3 + rng.randbytes(20)]
    for text in texts:
        for level, strategy in ((0, 0), (9, zlib.Z_FIXED), (9, 0), (9, zlib.Z_HUFFMAN_ONLY),
                                (9, zlib.Z_RLE)):
            stream = deflate(text, level, strategy)
            if len(stream) > 200:
                continue
            yield stream
            for _ in range(6):
                changed = bytearray(stream)
                changed[rng.randrange(min(len(changed), 40))] ^= 1 << rng.randrange(8)
                yield bytes(changed)
    for _ in range(40):
        yield bytes([4 | rng.randrange(16) << 4 & 255]) + rng.randbytes(60)


def write(directory, name, data):
    with open(os.path.join(directory, name), 'wb') as f:
        f.write(data)


def main(directory, seeds):
    os.makedirs(directory, exist_ok=True)
    os.makedirs(seeds, exist_ok=True)
    lines = []
    for name, data in good().items():
        write(directory, name + '.zip', data)
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            for info in z.infolist():
                if z.getinfo(info.filename) is info:
                    content = z.read(info)
                    lines.append('%s\t%s\t%d\t%08x\n' % (name, info.filename, len(content),
                                                         zlib.crc32(content)))
    write(directory, 'members.txt', ''.join(lines).encode())
    for name, data in bad().items():
        write(directory, 'bad-' + name + '.zip', data)
    write(directory, 'comment-end.zip', comment_with_end())
    huge(directory)
    for number, stream in enumerate(edge_streams()):
        write(seeds, 'edge-%02d' % number, stream)
    seen = dict.fromkeys(streams())
    write(directory, 'inflate.txt', ''.join(
        '%s %s\n' % (s.hex() or '-', verdict(s)) for s in seen).encode())


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2])
