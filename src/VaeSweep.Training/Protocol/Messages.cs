using System.Text.Json;
using System.Text.Json.Serialization;
using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Node to trainer: exactly one of the two is set.</summary>
/// <param name="Job">Numbers jobs from 1; a stop applies to jobs up to this number, never to a later one of the same
/// trial.</param>
internal sealed record ToTrainer(long Job, TrainerJob? Run = null, IReadOnlyList<long>? Stop = null);

/// <summary>Trainer to node: exactly one of the rest is set.</summary>
internal sealed record FromTrainer
{
    public long Job { get; init; }
    public string? Ready { get; init; }
    public EpochDone? EpochDone { get; init; }
    public Checkpointed? Checkpointed { get; init; }
    public TrialFinished? Finished { get; init; }
    public TrialFailed? Failed { get; init; }
    public TrialStopped? Stopped { get; init; }
    public bool JobDone { get; init; }

    [JsonIgnore]
    public TrainerEvent? Event => (TrainerEvent?)EpochDone ?? (TrainerEvent?)Checkpointed ?? (TrainerEvent?)Finished
    ?? (TrainerEvent?)Failed ?? Stopped;

    public static FromTrainer Of(long job, TrainerEvent happened) => happened switch
    {
        EpochDone e => new() { Job = job, EpochDone = e },
        Checkpointed e => new() { Job = job, Checkpointed = e },
        TrialFinished e => new() { Job = job, Finished = e },
        TrialFailed e => new() { Job = job, Failed = e },
        TrialStopped e => new() { Job = job, Stopped = e },
        _ => throw new InvalidOperationException($"No message carries {happened.GetType().Name}."),
    };
}

/// <summary>JSON of the messages. Doubles are written in the shortest form that reads back to the same bits; NaN and infinities
/// by name.</summary>
[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ToTrainer))]
[JsonSerializable(typeof(FromTrainer))]
internal sealed partial class MessageJson : JsonSerializerContext
{
    public static byte[] Write(ToTrainer message) => JsonSerializer.SerializeToUtf8Bytes(message, Default.ToTrainer);

    public static byte[] Write(FromTrainer message) => JsonSerializer.SerializeToUtf8Bytes(message, Default.FromTrainer);

    public static ToTrainer ReadToTrainer(ReadOnlySpan<byte> json) => Read(json, Default.ToTrainer);

    public static FromTrainer ReadFromTrainer(ReadOnlySpan<byte> json) => Read(json, Default.FromTrainer);

    private static T Read<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new FrameException("A frame holds null instead of a message.");
        }
        catch (JsonException unreadable)
        {
            throw new FrameException($"A frame holds no message: {unreadable.Message}", unreadable);
        }
    }
}
