using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>Messages as bytes, by hand, so that every byte is accounted for. A frame is the protocol version, the session, and
/// what <see cref="ManifestOf"/> names.</summary>
/// <remarks>Pure: what an Akka serializer (<c>SerializerWithStringManifest</c>) delegates to, method by method. A frame that
/// cannot be read is dropped and logged by whoever receives it; a program's own message is always written.</remarks>
public static partial class MessageCodec
{
    /// <summary>Version, session and one text of <see cref="Hello"/> and <see cref="Refused"/> stay readable whatever it
    /// is.</summary>
    public const byte Version = 1;

    /// <summary>Frames are not larger; Akka's own limit leaves room for its envelope.</summary>
    public const int MostBytes = 500_000;

    private const int UsualBytes = 512;

    public static string ManifestOf(Message message) => message switch
    {
        Hello => "hello",
        Beat => "beat",
        Batch => "batch",
        Grant => "grant",
        Ack => "ack",
        Refused => "refused",
        _ => throw new ArgumentException($"{message.GetType().Name} is no message of the protocol.", nameof(message)),
    };

    /// <exception cref="ProtocolException">It is larger than <see cref="MostBytes"/>, or holds what has no sense.</exception>
    public static byte[] Write(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new WireWriter(message is Batch batch ? UsualBytes + batch.Entries.Sum(one => one.MostBytes) : UsualBytes);
        writer.Byte(message is Hello { Protocol: var protocol } ? checked((byte)protocol) : Version);
        writer.Text(message.Session.Node);
        writer.Long(message.Session.Incarnation);
        writer.Long(message.Session.Number);
        switch (message)
        {
            case Hello hello:
                Write(writer, hello);
                break;
            case Beat beat:
                Write(writer, beat);
                break;
            case Batch told:
                Write(writer, told);
                break;
            case Grant grant:
                Write(writer, grant);
                break;
            case Ack ack:
                Write(writer, ack);
                break;
            case Refused refused:
                writer.Text(refused.Reason);
                writer.Byte((byte)refused.Kind);
                break;
        }

        return writer.Count <= MostBytes ? writer.ToArray()
            : throw new ProtocolException($"A {ManifestOf(message)} would take {writer.Count} bytes; {MostBytes} are allowed.");
    }

    /// <exception cref="ProtocolException">The bytes are no message of that manifest; nothing else is ever thrown.</exception>
    public static Message Read(string manifest, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes)
            throw new ProtocolException($"A frame of {bytes.Length} bytes; {MostBytes} are allowed.");
        var reader = new WireReader(bytes);
        var version = reader.Byte();
        if (version != Version && manifest is not ("hello" or "refused"))
        {
            throw new ProtocolException(
                $"A {Shown(manifest)} of protocol {version}; this program speaks {Version}. Run the same version everywhere.");
        }

        var session = new Session(reader.Text(), reader.Long(), reader.Long());
        if (version != Version)
            return OfAnotherVersion(manifest, version, session, ref reader);
        Message message = manifest switch
        {
            "hello" => ReadHello(session, ref reader),
            "beat" => ReadBeat(session, ref reader),
            "batch" => ReadBatch(session, ref reader),
            "grant" => ReadGrant(session, ref reader),
            "ack" => ReadAck(session, ref reader),
            "refused" => ReadRefused(session, ref reader),
            _ => throw new ProtocolException($"No message of the protocol has the manifest '{Shown(manifest)}'."),
        };
        reader.End();
        return message;
    }

    private static Message OfAnotherVersion(string manifest, byte version, Session session, ref WireReader reader)
    {
        var text = reader.Text();
        return manifest == "hello"
            ? new Hello(session, version, History.None, "", null, 1, new NodeInfo(session.Node, "", [], text, null))
            : new Refused(session, Refusal.Version, text);
    }

    private static string Shown(string manifest) => manifest.Length <= 20 ? manifest : manifest[..20] + "...";

    private static void Write(WireWriter writer, Hello hello)
    {
        var info = hello.Info;
        writer.Text(info.Version);
        Write(writer, hello.History);
        writer.Text(hello.Token);
        writer.TextOrNull(hello.Filter);
        writer.Number(hello.First);
        writer.Text(info.Host);
        writer.Number(info.Devices.Count);
        foreach (var device in info.Devices)
            writer.Text(device);
        writer.TextOrNull(info.Provenance);
        writer.TextOrNull(info.Load);
        writer.TextOrNull(info.Note);
    }

    private static Hello ReadHello(Session session, ref WireReader reader)
    {
        var product = reader.Text();
        var (history, token, filter, first) = (ReadHistory(ref reader), reader.Text(), reader.TextOrNull(), reader.Number());
        var host = reader.Text();
        var devices = new string[reader.Count(1)];
        for (var i = 0; i < devices.Length; i++)
            devices[i] = reader.Text();
        var info = new NodeInfo(session.Node, host, devices, product, reader.TextOrNull())
        {
            Load = reader.TextOrNull(), Note = reader.TextOrNull(),
        };
        return new Hello(session, Version, history, token, filter, first, info);
    }

    private static void Write(WireWriter writer, Beat beat)
    {
        Write(writer, beat.History);
        writer.Number(beat.Number);
        writer.Number(beat.Held.Count);
        foreach (var attempt in beat.Held)
            Write(writer, attempt, beat.History);
        writer.Number(beat.Devices.Count);
        foreach (var device in beat.Devices)
        {
            writer.Text(device.Device);
            writer.Number(device.Lanes);
            writer.Number(device.Want);
            writer.Number(device.Count);
            writer.TextOrNull(device.Stack);
            writer.TextOrNull(device.Provenance);
            writer.Number((long)device.RestsFor.TotalMilliseconds);
        }

        writer.TextOrNull(beat.Load);
        writer.TextOrNull(beat.Note);
        writer.Flag(beat.Leaves);
    }

    private static Beat ReadBeat(Session session, ref WireReader reader)
    {
        var (history, number) = (ReadHistory(ref reader), reader.Number());
        var held = new AttemptFence[reader.Count(LeastAttemptBytes)];
        for (var i = 0; i < held.Length; i++)
            held[i] = ReadAttempt(ref reader, history);
        var devices = new DeviceStatus[reader.Count(LeastDeviceBytes)];
        for (var i = 0; i < devices.Length; i++)
        {
            devices[i] = new DeviceStatus(reader.Text(), reader.Int(), reader.Number(), reader.Int())
            {
                Stack = reader.TextOrNull(), Provenance = reader.TextOrNull(), RestsFor = TimeSpan.FromMilliseconds(reader.Int()),
            };
        }

        if (devices.DistinctBy(device => device.Device, StringComparer.Ordinal).Count() < devices.Length)
            throw new ProtocolException("A beat names a device twice.");
        return new Beat(session, history, number, held, devices, reader.TextOrNull(),
            reader.TextOrNull()) { Leaves = reader.Flag() };
    }

    private static void Write(WireWriter writer, Ack ack)
    {
        Write(writer, ack.History);
        writer.Number(ack.Term);
        writer.Number(ack.Received);
        writer.Number(ack.Durable);
        writer.Number(ack.Directives.Count);
        foreach (var (attempt, directive) in ack.Directives)
        {
            Write(writer, attempt, ack.History);
            writer.Byte((byte)directive);
        }

        writer.Flag(ack.Left);
    }

    private static Ack ReadAck(Session session, ref WireReader reader)
    {
        var (history, term) = (ReadHistory(ref reader), reader.Number());
        var (received, durable) = (reader.Number(), reader.Number());
        if (durable > received)
            throw new ProtocolException($"An ack of entries up to {received} calls those up to {durable} durable.");
        var directives = new Directed[reader.Count(LeastAttemptBytes + 1)];
        for (var i = 0; i < directives.Length; i++)
            directives[i] = new Directed(ReadAttempt(ref reader, history), reader.Word<Directive>());
        return new Ack(session, history, received, durable, directives) { Term = term, Left = reader.Flag() };
    }

    private static Refused ReadRefused(Session session, ref WireReader reader)
    {
        var reason = reader.Text();
        return new Refused(session, reader.Word<Refusal>(), reason);
    }

    private static void Write(WireWriter writer, History history)
    {
        writer.Text(history.Identity);
        writer.Long(history.Generation);
    }

    private static History ReadHistory(ref WireReader reader) => new(reader.Text(), reader.Long());
}
