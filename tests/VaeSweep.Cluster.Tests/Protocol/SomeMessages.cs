using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol;

/// <summary>Made-up messages of every kind; a seed decides.</summary>
internal sealed class SomeMessages(int seed)
{
    private readonly Random _random = new(seed);

    public static readonly string[] Manifests = ["hello", "beat", "batch", "grant", "ack", "refused"];

    public Message Next() => _random.Next(6) switch
    {
        0 => new Hello(
            Session(), MessageCodec.Version, History(), Text(), TextOrNull(), Number(),
            new NodeInfo(_node, Text(), Many(Text), Text(), TextOrNull()) { Load = TextOrNull(), Note = TextOrNull() }),
        1 => Beat(),
        2 => Batch(),
        3 => Grant(),
        4 => Ack(),
        _ => new Refused(Session(), (Refusal)_random.Next(6), Text()),
    };

    private string _node = "";
    private long _generation;
    private int _devices;

    private Session Session() => new(_node = Text(), _random.NextInt64(), Number());

    private History History() => new(Text(), _generation = _random.NextInt64(long.MinValue, long.MaxValue));

    private Beat Beat()
    {
        var (session, history) = (Session(), History());
        var devices = Many(() => new DeviceStatus($"{_devices++}{Text()}", Small(), Number(), Small())
        {
            Stack = TextOrNull(), Provenance = TextOrNull(), RestsFor = TimeSpan.FromMilliseconds(Small()),
        });
        return new Beat(session, history, Number(), Many(Attempt), devices, TextOrNull(), TextOrNull());
    }

    private Batch Batch()
    {
        var (session, history) = (Session(), History());
        var attempts = Enumerable.Range(0, 3).Select(_ => Attempt()).ToList();
        var entries = Enumerable.Range(0, _random.Next(1, 12)).Select(_ => Entry(attempts[_random.Next(3)]));
        return new Batch(session, history, 1 + Number(), [.. entries]);
    }

    private Entry Entry(AttemptFence attempt) => _random.Next(4) switch
    {
        0 => new CheckpointEntry(attempt, new EpochCheckpoint(Small(), Text(), _random.Next(2) == 0)),
        1 => new EndEntry(attempt, new AttemptEnd((AttemptOutcome)_random.Next(5))
        {
            FailureClass = _random.Next(2) == 0 ? (FailureClass)_random.Next(6) : null,
            Reason = TextOrNull(), ModelPath = TextOrNull(), Epochs = _random.Next(2) == 0 ? Small() : null,
            Evaluations = Many(() => new Evaluation(Text(), Double(), Small(), Small()) { File = TextOrNull() }),
        }),
        _ => new EpochEntry(attempt, new EpochReport
        {
            Epoch = Small(), TrainElbo = Double(), ValidKl = Double(), GradNorm = Double(), Seconds = Double(),
            ActiveUnits = Small(),
            Units = Many(() => new LayerUnits(Many(Double), Many(Double))), Events = Many(() => new TrialEvent(Text(), Text())),
        }),
    };

    private Grant Grant()
    {
        var (session, history) = (Session(), History());
        return new Grant(session, history, Text(), Number(), [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => new Dispatch(
            new Granted(
                Attempt(), Small(), Text(), Text(), Number(), _random.NextInt64(long.MinValue, long.MaxValue), Text(), Small(),
                Small(), TextOrNull(), Small()),
            Text()))]);
    }

    private Ack Ack()
    {
        var (session, history, received) = (Session(), History(), Number());
        var directives = Many(() => new Directed(Attempt(), (Directive)_random.Next(4)));
        return new Ack(session, history, received, _random.NextInt64(received + 1), directives) { Term = Number() };
    }

    private AttemptFence Attempt() => new(Number(), _random.NextInt64(long.MinValue, long.MaxValue), _generation);

    private T[] Many<T>(Func<T> make) => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => make())];

    private int Small() => _random.Next(3) == 0 ? _random.Next() : _random.Next(100);

    private long Number() => _random.Next(3) == 0 ? _random.NextInt64(long.MaxValue - 100) : _random.Next(1000);

    private double Double() => _random.Next(6) switch
    {
        0 => double.NaN,
        1 => double.NegativeInfinity,
        2 => -0.0,
        3 => (float)_random.NextDouble(),
        _ => BitConverter.Int64BitsToDouble(_random.NextInt64(long.MinValue, long.MaxValue)),
    };

    private string? TextOrNull() => _random.Next(3) == 0 ? null : Text();

    private string Text() => string.Concat(Enumerable.Range(0, _random.Next(12)).Select(_ => _random.Next(8) switch
    {
        0 => "é",
        1 => "😀",
        _ => $"{(char)_random.Next(1, 127)}",
    }));
}
