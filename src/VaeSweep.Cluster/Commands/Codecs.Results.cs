using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Commands;

/// <content>What <see cref="IResults"/> gives.</content>
internal static partial class Codecs
{
    public static readonly Codec<TrialPart> TrialPart = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Text(one.Id);
            to.Long(one.Index);
            to.Long(one.Seed);
            to.Long(one.Point);
            to.Word(one.State);
            to.Flag(one.Wanted);
            to.Long(one.Round);
            to.TextOrNull(one.Parent);
            to.TextOrNull(one.Fingerprint);
            to.TextOrNull(one.Config);
            to.Long(one.Attempts);
            to.Long(one.EpochsDone);
            to.Long(one.Epochs);
            to.Double(one.Seconds);
            to.Maybe(one.StartedAt);
            to.Maybe(one.FinishedAt);
            to.MaybeWord(one.FailureClass);
            to.TextOrNull(one.Reason);
            to.TextOrNull(one.ModelPath);
            to.TextOrNull(one.Worker);
            to.TextOrNull(one.Device);
            Write(to, one.Source);
            to.Texts(one.Tags);
            to.TextOrNull(one.Note);
        },
        (ref from) => new(
            from.Text(), from.Text(), from.Long(), from.Long(), from.Long(), from.Word<TrialState>(), from.Flag())
        {
            Round = (int)from.Long(), Parent = from.TextOrNull(),
            Fingerprint = from.TextOrNull(), Config = from.TextOrNull(), Attempts = (int)from.Long(),
            EpochsDone = (int)from.Long(), Epochs = (int)from.Long(), Seconds = from.Double(), StartedAt = from.MaybeInstant(),
            FinishedAt = from.MaybeInstant(), FailureClass = from.MaybeWord<FailureClass>(), Reason = from.TextOrNull(),
            ModelPath = from.TextOrNull(), Worker = from.TextOrNull(), Device = from.TextOrNull(),
            Source = ReadSource(ref from), Tags = from.Texts(), Note = from.TextOrNull(),
        });

    public static readonly Codec<PointPart> PointPart = new(
        (to, one) =>
        {
            to.Long(one.Key);
            to.Long(one.Base);
            to.TextOrNull(one.Config);
            to.Text(one.Changes);
        },
        (ref from) => new(from.Long(), from.Long(), from.TextOrNull(), from.Text()));

    public static readonly Codec<ScorePart> ScorePart = new(
        (to, one) =>
        {
            to.Long(one.Metric);
            to.List(one.Counts, static (writer, count) =>
            {
                writer.Long(count.Point);
                writer.Word(count.State);
                writer.Long(count.Trials);
                writer.Flag(count.Confirms);
            });
            to.Longs(one.Points);
            to.Longs(one.Seeds);
            to.Doubles(one.Values);
            to.Ints(one.Samples);
        },
        (ref from) => new(
            (int)from.Long(),
            from.List(18, static (ref reader) =>
                new PointCount(reader.Long(), reader.Word<TrialState>(), (int)reader.Long(), reader.Flag())),
            from.Longs(), from.Longs(), from.Doubles(), from.Ints()));

    public static readonly Codec<TrialCurve> Curve = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Text(one.Trial);
            to.Ints(one.Epochs);
            to.List(one.Values, static (writer, values) => writer.Doubles(values));
            to.Flag(one.Attempts is not null);
            to.Ints(one.Attempts ?? []);
        },
        (ref from) =>
        {
            var (sweep, trial, epochs) = (from.Text(), from.Text(), from.Ints());
            var values = from.List(1, static (ref reader) => reader.Doubles());
            var (has, attempts) = (from.Flag(), from.Ints());
            return new(sweep, trial, epochs, values, has ? attempts : null);
        });

    public static readonly Codec<EpochUnits> Units = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Text(one.Trial);
            to.Long(one.Epoch);
            to.List(one.Layers, static (writer, layer) =>
            {
                writer.Doubles(layer.Activity);
                writer.Doubles(layer.Kl);
            });
        },
        (ref from) => new(
            from.Text(), from.Text(), (int)from.Long(),
            from.List(2, static (ref reader) => new LayerUnits(reader.Doubles(), reader.Doubles()))));

    public static readonly Codec<EvaluationRecord> Evaluation = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Text(one.Trial);
            to.Long(one.Seed);
            to.Long(one.Point);
            to.Flag(one.Wanted);
            to.Text(one.Metric);
            to.Double(one.Value);
            to.Long(one.Samples);
            to.Long(one.Images);
            to.TextOrNull(one.File);
        },
        (ref from) => new(
            from.Text(), from.Text(), from.Long(), from.Long(), from.Flag(), from.Text(), from.Double(), (int)from.Long(),
            (int)from.Long(), from.TextOrNull()));

    public static readonly Codec<AttemptRecord> Attempt = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Text(one.Trial);
            to.Long(one.Attempt);
            to.Text(one.Worker);
            to.Text(one.Device);
            to.Instant(one.StartedAt);
            to.Maybe(one.EndedAt);
            to.Long(one.FromEpoch);
            to.Maybe(one.ToEpoch);
            to.TextOrNull(one.Outcome);
            to.TextOrNull(one.Reason);
            to.MaybeWord(one.FailureClass);
            to.TextOrNull(one.Provenance);
        },
        (ref from) => new(
            from.Text(), from.Text(), (int)from.Long(), from.Text(), from.Text(), from.Instant(), from.MaybeInstant(),
            (int)from.Long(), from.MaybeInt(), from.TextOrNull(), from.TextOrNull(), from.MaybeWord<FailureClass>(),
            from.TextOrNull()));

    public static readonly Codec<EventRecord> Event = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Text(one.Trial);
            to.Long(one.Epoch);
            to.Text(one.Event);
            to.Text(one.Detail);
        },
        (ref from) => new(from.Text(), from.Text(), (int)from.Long(), from.Text(), from.Text()));
}
