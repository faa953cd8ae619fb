#!/usr/bin/env python3
"""Golden numbers of OwnFormatsTests, by an independent implementation. Usage: python3 own.py [FOLDER]

Prints the SHA-256 of what `vaesweep data add --keep-order --valid 1 --test 2` must keep of six images of 3 x 2 pixels with the
labels 3, 4, 3, 5, 4, 3. With a folder it also writes them there in the formats that NumPy can write, which must all give the
same."""

import hashlib
import json
import struct
import sys

COUNT, HEIGHT, WIDTH = 6, 3, 2
LABELS = [3, 4, 3, 5, 4, 3]
PIXELS = bytes((37 * image + 11 * place * place) % 256 for image in range(COUNT) for place in range(HEIGHT * WIDTH))


def kept(pixels, labels, binary=False):
    """A safetensors file of the first three images to train on, one for validation and two for testing."""
    size = HEIGHT * WIDTH
    parts = {"train": (0, 3), "valid": (3, 4), "test": (4, 6)}
    meta = {"binary": "true" if binary else "false", "classes": "3" if labels else "0", "first_class": "3" if labels else "0",
            "format": "vaesweep data 1"}
    header, data = {"__metadata__": meta}, b""
    for name, (start, end) in parts.items():
        header[name] = {"dtype": "U8", "shape": [end - start, HEIGHT, WIDTH], "data_offsets": [len(data), len(data) + (end - start) * size]}
        data += pixels[start * size:end * size]
    if labels:
        for name, (start, end) in parts.items():
            header[name + "_labels"] = {"dtype": "I32", "shape": [end - start], "data_offsets": [len(data), len(data) + 4 * (end - start)]}
            data += struct.pack(f"<{end - start}i", *labels[start:end])
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return hashlib.sha256(struct.pack("<q", len(text)) + text + data).hexdigest()


print("with labels   ", kept(PIXELS, LABELS))
print("without labels", kept(PIXELS, None))
print("binary        ", kept(bytes(255 if pixel >= 128 else 0 for pixel in PIXELS), None, binary=True))

if len(sys.argv) > 1:
    import numpy as np

    folder = sys.argv[1]
    images = np.frombuffer(PIXELS, np.uint8).reshape(COUNT, HEIGHT, WIDTH)
    np.save(f"{folder}/bytes.npy", images)
    np.save(f"{folder}/flat.npy", images.reshape(COUNT, -1))
    np.save(f"{folder}/channel.npy", images[..., None])
    np.save(f"{folder}/floats.npy", (images / 255).astype(np.float32))
    np.save(f"{folder}/doubles.npy", images / 255)
    np.save(f"{folder}/whole.npy", images.astype(np.int64))
    np.save(f"{folder}/swapped.npy", images.astype(">f8"))
    np.save(f"{folder}/fortran.npy", np.asfortranarray(images))
    np.save(f"{folder}/binary.npy", images >= 128)
    np.savez(f"{folder}/plain.npz", images=images, labels=np.array(LABELS))
    np.savez_compressed(f"{folder}/packed.npz", x=images / 255, y=np.array(LABELS, np.uint8))
    np.savetxt(f"{folder}/labelled.csv", np.c_[np.array(LABELS), images.reshape(COUNT, -1)], "%d", ",",
               header="label," + ",".join(f"pixel{i}" for i in range(HEIGHT * WIDTH)), comments="")
