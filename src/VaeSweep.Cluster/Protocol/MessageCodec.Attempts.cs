using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Protocol;

/// <content>Attempts: what is granted, and what they tell.</content>
public static partial class MessageCodec
{
    private const int LeastAttemptBytes = 1 + sizeof(long);
    private const int LeastDeviceBytes = 7;
    private const int LeastDispatchBytes = 20;
    private const int LeastEvaluationBytes = 12;

    /// <summary>Reports of one attempt that follow each other are written as one blob, as they are in the store.</summary>
    private const byte Reports = 1;
    private const byte Checkpoint = 2;
    private const byte End = 3;

    // Its generation is the message's.
    private static void Write(WireWriter writer, AttemptFence attempt, History history)
    {
        if (attempt.Generation != history.Generation)
            throw new ProtocolException($"A message of {history} was to name an attempt of generation {attempt.Generation}.");
        writer.Number(attempt.Trial);
        writer.Long(attempt.Fence);
    }

    private static AttemptFence ReadAttempt(ref WireReader reader, History history) =>
        new(reader.Number(), reader.Long(), history.Generation);

    private static void Write(WireWriter writer, Grant grant)
    {
        Write(writer, grant.History);
        writer.Text(grant.Device);
        writer.Number(grant.Number);
        writer.Number(grant.Trials.Count);
        foreach (var (trial, config) in grant.Trials)
        {
            Write(writer, trial.Attempt, grant.History);
            writer.Number(trial.Ordinal);
            writer.Text(trial.Sweep);
            writer.Text(trial.TrialId);
            writer.Number(trial.Point);
            writer.Long(trial.Seed);
            writer.Text(trial.PackKey);
            writer.Number(trial.Epochs);
            writer.Number(trial.Budget);
            writer.TextOrNull(trial.CheckpointPath);
            writer.Number(trial.CheckpointEpoch);
            writer.Text(config);
        }
    }

    private static Grant ReadGrant(Session session, ref WireReader reader)
    {
        var (history, device, number) = (ReadHistory(ref reader), reader.Text(), reader.Number());
        var trials = new Dispatch[reader.Count(LeastDispatchBytes)];
        for (var i = 0; i < trials.Length; i++)
        {
            trials[i] = new Dispatch(
                new Granted(
                    ReadAttempt(ref reader, history), reader.Int(), reader.Text(), reader.Text(), reader.Number(), reader.Long(),
                    reader.Text(), reader.Int(), reader.Int(), reader.TextOrNull(), reader.Int()),
                reader.Text());
        }

        return trials.Length > 0 ? new Grant(session, history, device, number, trials)
            : throw new ProtocolException($"A grant for {device} without a trial.");
    }

    private static void Write(WireWriter writer, Batch batch)
    {
        Write(writer, batch.History);
        writer.Number(batch.First);
        var entries = batch.Entries;
        for (var i = 0; i < entries.Count; i++)
        {
            var attempt = entries[i].Attempt;
            switch (entries[i])
            {
                case EpochEntry report:
                    var run = new List<EpochReport> { report.Report };
                    for (; i + 1 < entries.Count && entries[i + 1] is EpochEntry next && next.Attempt == attempt; i++)
                        run.Add(next.Report);
                    writer.Byte(Reports);
                    Write(writer, attempt, batch.History);
                    writer.Bytes(ReportBlob.Encode(run));
                    break;
                case CheckpointEntry { Checkpoint: var checkpoint }:
                    writer.Byte(Checkpoint);
                    Write(writer, attempt, batch.History);
                    writer.Number(checkpoint.Epoch);
                    writer.Text(checkpoint.Path);
                    writer.Flag(checkpoint.Best);
                    break;
                case EndEntry { End: var end }:
                    writer.Byte(End);
                    Write(writer, attempt, batch.History);
                    Write(writer, end);
                    break;
                default:
                    throw new InvalidOperationException($"A batch cannot hold {entries[i].GetType().Name}.");
            }
        }
    }

    private static Batch ReadBatch(Session session, ref WireReader reader)
    {
        var (history, first) = (ReadHistory(ref reader), reader.Number());
        var entries = new List<Entry>();
        while (reader.Left > 0)
        {
            var kind = reader.Byte();
            var attempt = ReadAttempt(ref reader, history);
            switch (kind)
            {
                case Reports:
                    foreach (var report in ReadReports(reader.Bytes()))
                        entries.Add(new EpochEntry(attempt, report));
                    break;
                case Checkpoint:
                    entries.Add(new CheckpointEntry(attempt, new EpochCheckpoint(reader.Int(), reader.Text(), reader.Flag())));
                    break;
                case End:
                    entries.Add(new EndEntry(attempt, ReadEnd(ref reader)));
                    break;
                default:
                    throw new ProtocolException($"A batch holds an entry of kind {kind}, which there is not.");
            }
        }

        return entries.Count > 0 && first >= 1 && first <= long.MaxValue - entries.Count
            ? new Batch(session, history, first, entries)
            : throw new ProtocolException($"A batch of {entries.Count} entries from number {first}.");
    }

    private static IReadOnlyList<EpochReport> ReadReports(ReadOnlySpan<byte> blob)
    {
        try
        {
            return ReportBlob.Decode(blob);
        }
        catch (Exception failure) when (failure is StoreDamagedException or OverflowException or ArgumentException)
        {
            throw new ProtocolException($"A batch holds reports that cannot be read: {failure.Message}", failure);
        }
    }

    private static void Write(WireWriter writer, AttemptEnd end)
    {
        writer.Byte((byte)end.Outcome);
        writer.Flag(end.FailureClass is not null);
        if (end.FailureClass is { } failure)
            writer.Byte((byte)failure);
        writer.TextOrNull(end.Reason);
        writer.TextOrNull(end.ModelPath);
        writer.Flag(end.Epochs is not null);
        if (end.Epochs is { } epochs)
            writer.Number(epochs);
        writer.Number(end.Evaluations.Count);
        foreach (var evaluation in end.Evaluations)
        {
            writer.Text(evaluation.Metric);
            writer.Double(evaluation.Value);
            writer.Number(evaluation.Samples);
            writer.Number(evaluation.Images);
            writer.TextOrNull(evaluation.File);
        }
    }

    private static AttemptEnd ReadEnd(ref WireReader reader)
    {
        var outcome = reader.Word<AttemptOutcome>();
        var failure = reader.Flag() ? reader.Word<FailureClass>() : default(FailureClass?);
        var (reason, model) = (reader.TextOrNull(), reader.TextOrNull());
        var epochs = reader.Flag() ? reader.Int() : default(int?);
        var evaluations = new Evaluation[reader.Count(LeastEvaluationBytes)];
        for (var i = 0; i < evaluations.Length; i++)
        {
            evaluations[i] = new Evaluation(reader.Text(), reader.Double(), reader.Int(), reader.Int())
            {
                File = reader.TextOrNull(),
            };
        }

        return new AttemptEnd(outcome)
        {
            FailureClass = failure, Reason = reason, ModelPath = model, Epochs = epochs, Evaluations = evaluations,
        };
    }
}
