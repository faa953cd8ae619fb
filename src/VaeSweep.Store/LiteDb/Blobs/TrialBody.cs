using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <summary>All fields of a trial and of its last attempt in one run of bytes: LiteDB reads a document of few fields much faster
/// than one of many.</summary>
internal static class TrialBody
{
    private const byte Version = 1;
    private const int UsualBytes = 160;

    private static readonly string[] _outcomes =
        [.. Enum.GetValues<AttemptOutcome>().Select(one => Words.Of(one)), TrialPolicy.LostOutcome];

    /// <summary>What a trial says beyond its numbers.</summary>
    [Flags]
    private enum Said
    {
        None = 0,
        Unwanted = 1,
        StopRequested = 1 << 1,
        Seconds = 1 << 2,
        Beyond = 1 << 3,
        Failure = 1 << 4,
        Reason = 1 << 5,
        Model = 1 << 6,
        Files = 1 << 7,
        Budget = 1 << 8,
        Tags = 1 << 9,
        Note = 1 << 10,
        Attempt = 1 << 11,
        Source = 1 << 12,
        Round = 1 << 13,
        Parent = 1 << 14,
        Longer = 1 << 15,
    }

    /// <summary>What an attempt says beyond its numbers.</summary>
    [Flags]
    private enum SaidOfAttempt
    {
        None = 0,
        Token = 1,
        Outcome = 1 << 1,
        Failure = 1 << 2,
        Reason = 1 << 3,
    }

    /// <remarks>Its key and its state stand beside it.</remarks>
    public static byte[] ToBytes(TrialDocument trial, AttemptDocument? last)
    {
        var writer = new BlobWriter(UsualBytes);
        writer.Byte(Version);
        var said = SaidBy(trial, last);
        writer.Number((long)said);
        writer.Number(trial.Sweep);
        writer.Whole(trial.Fingerprint.First);
        writer.Whole(trial.Fingerprint.Second);
        writer.Whole(trial.Fingerprint.Third);
        writer.Whole(trial.Fingerprint.Fourth);
        foreach (var number in (ReadOnlySpan<long>)[
            trial.Index, trial.Seed, trial.Point, trial.Pack, trial.Epochs, trial.Attempt, trial.Failures, trial.Losses,
            trial.AttemptEpoch, trial.Unbroken, trial.LastCheckpoint, trial.BestCheckpoint, trial.CheckpointEpoch,
            trial.StartedAt, trial.FinishedAt])
        {
            writer.Number(number);
        }
        if (said.HasFlag(Said.Seconds))
            writer.Double(trial.Seconds);
        if (said.HasFlag(Said.Beyond))
            Write(writer, trial.Beyond!, epoch => writer.Number(epoch));
        WriteText(writer, Words.Of(trial.FailureClass));
        WriteText(writer, trial.Reason);
        WriteText(writer, trial.ModelPath);
        if (said.HasFlag(Said.Files))
            Write(writer, trial.Files!, writer.Text);
        if (trial.Budget is { } budget)
            writer.Number(budget);
        if (said.HasFlag(Said.Tags))
            Write(writer, trial.Tags!, writer.Text);
        WriteText(writer, trial.Note);
        if (trial.Source is { } source)
        {
            writer.Text(source.Name);
            writer.Number(source.Trial);
        }
        if (said.HasFlag(Said.Round))
            writer.Number(trial.Round);
        if (said.HasFlag(Said.Parent))
            writer.Number(trial.Parent);
        if (last is not null)
            Write(writer, last);
        return writer.ToArray();
    }

    /// <exception cref="StoreDamagedException">The bytes are no trial.</exception>
    public static (TrialDocument Trial, AttemptDocument? Last) Of(long key, TrialState state, ReadOnlySpan<byte> bytes)
    {
        var reader = new BlobReader(bytes);
        if (reader.Byte() is var version && version != Version)
            throw new StoreDamagedException($"Trial {key} is of format {version}; this program reads {Version}.");
        var said = (Said)reader.Number();
        // In the order in which they were written: arguments and initialisers are evaluated as they stand.
        var sweep = reader.Number();
        var print = new TrialFingerprint(reader.Whole(), reader.Whole(), reader.Whole(), reader.Whole());
        var trial = new TrialDocument(
            key, sweep, print, reader.Number(), reader.Number(), reader.Number(), Int(ref reader), Int(ref reader))
        {
            State = state, Wanted = !said.HasFlag(Said.Unwanted), StopRequested = said.HasFlag(Said.StopRequested),
            Attempt = Int(ref reader), Failures = Int(ref reader), Losses = Int(ref reader), AttemptEpoch = Int(ref reader),
            Unbroken = Int(ref reader), LastCheckpoint = reader.Number(), BestCheckpoint = reader.Number(),
            CheckpointEpoch = Int(ref reader), StartedAt = reader.Number(), FinishedAt = reader.Number(),
            Seconds = said.HasFlag(Said.Seconds) ? reader.Double() : 0,
            Beyond = said.HasFlag(Said.Beyond) ? Numbers(ref reader) : null,
            FailureClass = said.HasFlag(Said.Failure) ? Words.Parse<FailureClass>(reader.Text()) : null,
            Reason = said.HasFlag(Said.Reason) ? reader.Text() : null,
            ModelPath = said.HasFlag(Said.Model) ? reader.Text() : null,
            Files = said.HasFlag(Said.Files) ? Texts(ref reader) : null,
            Budget = said.HasFlag(Said.Budget) ? Int(ref reader) : null,
            Tags = said.HasFlag(Said.Tags) ? Texts(ref reader) : null,
            Note = said.HasFlag(Said.Note) ? reader.Text() : null,
            Source = said.HasFlag(Said.Source) ? new TrialSource(reader.Text(), reader.Number()) : null,
            Round = said.HasFlag(Said.Round) ? Int(ref reader) : 0,
            Parent = said.HasFlag(Said.Parent) ? reader.Number() : 0, IsLonger = said.HasFlag(Said.Longer),
        };
        return (trial, said.HasFlag(Said.Attempt) ? Attempt(key, ref reader) : null);
    }

    private static Said SaidBy(TrialDocument trial, AttemptDocument? last) =>
        (trial.Wanted ? Said.None : Said.Unwanted) | (trial.StopRequested ? Said.StopRequested : Said.None)
        | (BitConverter.DoubleToInt64Bits(trial.Seconds) == 0 ? Said.None : Said.Seconds)
        | (trial.Beyond is null ? Said.None : Said.Beyond) | (trial.FailureClass is null ? Said.None : Said.Failure)
        | (trial.Reason is null ? Said.None : Said.Reason) | (trial.ModelPath is null ? Said.None : Said.Model)
        | (trial.Files is null ? Said.None : Said.Files) | (trial.Budget is null ? Said.None : Said.Budget)
        | (trial.Tags is null ? Said.None : Said.Tags) | (trial.Note is null ? Said.None : Said.Note)
        | (trial.Source is null ? Said.None : Said.Source)
        | (trial.Round == 0 ? Said.None : Said.Round) | (trial.Parent == 0 ? Said.None : Said.Parent)
        | (trial.IsLonger ? Said.Longer : Said.None) | (last is null ? Said.None : Said.Attempt);

    private static void Write(BlobWriter writer, AttemptDocument attempt)
    {
        writer.Number((long)(
            (attempt.Token is null ? SaidOfAttempt.None : SaidOfAttempt.Token)
            | (attempt.Outcome is null ? SaidOfAttempt.None : SaidOfAttempt.Outcome)
            | (attempt.FailureClass is null ? SaidOfAttempt.None : SaidOfAttempt.Failure)
            | (attempt.Reason is null ? SaidOfAttempt.None : SaidOfAttempt.Reason)));
        foreach (var number in (ReadOnlySpan<long>)[
            attempt.Ordinal, attempt.Fence, attempt.Worker, attempt.StartedAt, attempt.FromEpoch, attempt.EndedAt,
            attempt.ToEpoch])
        {
            writer.Number(number);
        }
        WriteText(writer, attempt.Token);
        WriteText(writer, attempt.Outcome);
        WriteText(writer, Words.Of(attempt.FailureClass));
        WriteText(writer, attempt.Reason);
    }

    private static AttemptDocument Attempt(long trial, ref BlobReader reader)
    {
        var said = (SaidOfAttempt)reader.Number();
        return new AttemptDocument(trial, Int(ref reader), reader.Number(), reader.Number(), reader.Number(), Int(ref reader))
        {
            EndedAt = reader.Number(), ToEpoch = Int(ref reader),
            Token = said.HasFlag(SaidOfAttempt.Token) ? reader.Text() : null,
            Outcome = said.HasFlag(SaidOfAttempt.Outcome) ? Shared(reader.Text()) : null,
            FailureClass = said.HasFlag(SaidOfAttempt.Failure) ? Words.Parse<FailureClass>(reader.Text()) : null,
            Reason = said.HasFlag(SaidOfAttempt.Reason) ? reader.Text() : null,
        };
    }

    /// <summary>One of a few words, in as many attempts as there are: each in memory once.</summary>
    private static string Shared(string outcome) => Array.Find(_outcomes, one => one == outcome) ?? outcome;

    private static void WriteText(BlobWriter writer, string? text)
    {
        if (text is not null)
            writer.Text(text);
    }

    private static void Write<T>(BlobWriter writer, IReadOnlyList<T> items, Action<T> write)
    {
        writer.Number(items.Count);
        foreach (var item in items)
            write(item);
    }

    private static int Int(ref BlobReader reader)
    {
        var number = reader.Number();
        return number is >= int.MinValue and <= int.MaxValue ? (int)number
            : throw new StoreDamagedException($"A trial's number is {number}, which is too large.");
    }

    private static int[] Numbers(ref BlobReader reader)
    {
        var numbers = new int[reader.Count()];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = Int(ref reader);
        return numbers;
    }

    private static string[] Texts(ref BlobReader reader)
    {
        var texts = new string[reader.Count()];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = reader.Text();
        return texts;
    }
}
