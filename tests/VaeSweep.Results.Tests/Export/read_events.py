# Reads TensorBoard event files from the definition of their format alone (record_writer.h, crc32c.h, event.proto, summary.proto), and checks every checksum.
# Prints one JSON list [wall_time, step, tag, value] a line; a file's version is [wall_time, 0, "file_version", text].
import json, struct, sys

TABLE = []
for n in range(256):
    for _ in range(8):
        n = (n >> 1) ^ 0x82F63B78 if n & 1 else n >> 1
    TABLE.append(n)


def masked_crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(path):
    data = open(path, "rb").read()
    at = 0
    while at < len(data):
        length, crc = struct.unpack_from("<QI", data, at)
        assert crc == masked_crc32c(data[at:at + 8]), f"{path}: length at {at}"
        content = data[at + 12:at + 12 + length]
        (crc,) = struct.unpack_from("<I", data, at + 12 + length)
        assert crc == masked_crc32c(content), f"{path}: record at {at}"
        yield content
        at += 16 + length
    assert at == len(data)


def fields(message):
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = varint()
        kind = key & 7
        if kind == 0:
            value = varint()
        elif kind == 1:
            (value,) = struct.unpack_from("<d", message, at)
            at += 8
        elif kind == 5:
            (value,) = struct.unpack_from("<f", message, at)
            at += 4
        else:
            assert kind == 2, kind
            length = varint()
            value = message[at:at + length]
            at += length
        yield key >> 3, value


# plugin_data.proto and api.proto of the plugin hparams: what a session begins with (3) and how it ends (4).
def told(data):
    ((kind, info),) = fields(data)
    if kind == 4:
        return dict(fields(info))[1]
    assert kind == 3, kind
    settings = {}
    for number, entry in fields(info):
        if number == 1:
            pair = dict(fields(entry))
            ((kind, value),) = fields(pair[2])
            settings[pair[1].decode()] = value.decode() if kind == 3 else bool(value) if kind == 4 else value
    return settings


for path in sys.argv[1:]:
    for record in records(path):
        event = dict(fields(record))
        if 3 in event:
            print(json.dumps([event[1], 0, "file_version", event[3].decode()]))
            continue
        for number, value in fields(event[5]):
            assert number == 1
            scalar = dict(fields(value))
            if 9 in scalar:
                plugin = dict(fields(dict(fields(scalar[9]))[1]))
                print(json.dumps([event[1], 0, scalar[1].decode(), plugin[1].decode(), told(plugin[2])]))
                continue
            print(json.dumps([event[1], event.get(2, 0), scalar[1].decode(), scalar[2]]))
