"""Packs tests/golden: each folder of many files becomes FOLDER.zip.

pack.py          files that stand in such a folder go into its archive
pack.py unpack   all archives are laid out as folders, to be read, changed, made anew

The archives are the same for the same files, on one version of zlib. `make` lays them out under
build/unpacked, where a file beside an archive wins over the one in it.
"""

import pathlib
import sys
import zipfile

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / 'golden'
FOLDERS = ['models/*', 'styles/*', 'files/*', 'hdf5', 'kinds', 'sampled']
FEW = 5
# The README's first command reads it.
PLAIN = {'models/keras-3/MobileNetV2.json'}


def archives():
    return [path for pattern in FOLDERS for path in sorted(GOLDEN.glob(pattern + '.zip'))]


def members(archive):
    if not archive.exists():
        return {}
    with zipfile.ZipFile(archive) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def write(archive, files):
    with zipfile.ZipFile(archive, 'w') as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, files[name], zipfile.ZIP_DEFLATED, 9)


def pack(folder):
    new = {path.name: path for path in sorted(folder.iterdir())
           if path.is_file() and str(path.relative_to(GOLDEN)) not in PLAIN}
    archive = folder.with_name(folder.name + '.zip')
    if not new or (len(new) < FEW and not archive.exists()):
        return
    files = members(archive)
    files.update((name, path.read_bytes()) for name, path in new.items())
    write(archive, files)
    for path in new.values():
        path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()
    print(f'{archive.relative_to(GOLDEN)}: {len(new)} packed, {len(files)} in all')


def unpack(archive):
    folder = archive.with_suffix('')
    folder.mkdir(exist_ok=True)
    for name, data in members(archive).items():
        if not (folder / name).exists():
            (folder / name).write_bytes(data)
    archive.unlink()


if sys.argv[1:] == ['unpack']:
    for one in archives():
        unpack(one)
else:
    for pattern in FOLDERS:
        for one in sorted(GOLDEN.glob(pattern)):
            if one.is_dir():
                pack(one)
