using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Commands;

/// <summary>How what commands ask is written. A change of any of these is another <see cref="Frame.ThisVersion"/>.</summary>
internal static partial class Codecs
{
    private static readonly Dictionary<string, object?> _none = [];

    public static readonly Codec<Nothing> Nothing = new((_, _) => { }, (ref _) => Commands.Nothing.Instance);

    public static readonly Codec<SweepNamed> SweepNamed = new((to, one) => to.Text(one.Sweep), (ref from) => new(from.Text()));

    public static readonly Codec<SettingNamed> SettingNamed = new(
        (to, one) =>
        {
            to.Text(one.Name);
            to.TextOrNull(one.Value);
        },
        (ref from) => new(from.Text(), from.TextOrNull()));

    public static readonly Codec<StateWish> StateWish = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Word(one.State);
        },
        (ref from) => new(from.Text(), from.Word<SweepState>()));

    public static readonly Codec<Adjusting> Adjusting = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Maybe(one.Change.Priority);
            to.Maybe(one.Change.MaxConcurrent);
            to.Flag(one.Change.NoLimit);
            to.Flag(one.Change.AnyStack);
        },
        (ref from) => new(from.Text(), new SweepAdjustment
        {
            Priority = from.MaybeInt(), MaxConcurrent = from.MaybeInt(), NoLimit = from.Flag(), AnyStack = from.Flag(),
        }));

    public static readonly Codec<TrialKeyed> TrialKeyed = new((to, one) => to.Long(one.Trial), (ref from) => new(from.Long()));

    public static readonly Codec<Retrying> Retrying = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.MaybeWord(one.FailureClass);
            to.Maybe(one.Trial);
        },
        (ref from) => new(from.Text(), from.MaybeWord<FailureClass>(), from.MaybeLong()));

    public static readonly Codec<Limited> Limited = new((to, one) => to.Long(one.Limit), (ref from) => new((int)from.Long()));

    public static readonly Codec<Keyed> Keyed = new((to, one) => to.Longs(one.Keys), (ref from) => new(from.Longs()));

    public static readonly Codec<Finding> Finding = new(
        (to, one) =>
        {
            to.Text(one.IdPrefix);
            to.TextOrNull(one.Sweep);
            to.Long(one.Limit);
        },
        (ref from) => new(from.Text(), from.TextOrNull(), (int)from.Long()));

    public static readonly Codec<Querying> Querying = new(
        (to, one) =>
        {
            to.Text(one.Sql);
            to.Flag(one.Parameters is not null);
            to.List(one.Parameters ?? _none, static (writer, given) =>
            {
                writer.Text(given.Key);
                Cells.Write(writer, given.Value);
            });
            to.Long(one.Timeout.Ticks);
        },
        (ref from) =>
        {
            var (sql, has) = (from.Text(), from.Flag());
            var given = from.List(2, static (ref reader) => KeyValuePair.Create(reader.Text(), Cells.Read(ref reader)));
            return new(sql, has ? new Dictionary<string, object?>(given, StringComparer.Ordinal) : null,
                new TimeSpan(from.Long()));
        });

    public static readonly Codec<TrialFilter> Filter = new(
        (to, one) =>
        {
            to.TextOrNull(one.Sweep);
            to.Flag(one.Ids is not null);
            to.Texts(one.Ids ?? []);
            to.Flag(one.Points is not null);
            to.Longs(one.Points ?? []);
            to.MaybeWord(one.State);
            to.Flag(one.Wanted);
            to.TextOrNull(one.DeviceKind);
            to.Flag(one.LastFinishedFirst);
            to.Maybe(one.Limit);
        },
        (ref from) =>
        {
            var (sweep, hasIds, ids) = (from.TextOrNull(), from.Flag(), from.Texts());
            var (hasPoints, points) = (from.Flag(), from.Longs());
            return new TrialFilter
            {
                Sweep = sweep, Ids = hasIds ? ids : null, Points = hasPoints ? points : null,
                State = from.MaybeWord<TrialState>(), Wanted = from.Flag(), DeviceKind = from.TextOrNull(), 
                LastFinishedFirst = from.Flag(), Limit = from.MaybeInt(),
            };
        });

    public static readonly Codec<Reading> Reading = new(
        (to, one) =>
        {
            Filter.Write(to, one.Which);
            to.Byte((byte)one.Parts);
        },
        (ref from) => new(Filter.Read(ref from), (TrialParts)from.Byte() & TrialParts.All));

    public static readonly Codec<ReadingCurves> ReadingCurves = new(
        (to, one) =>
        {
            Filter.Write(to, one.Which);
            to.Texts(one.What.Metrics);
            to.Flag(one.What.Attempts);
            to.Flag(one.What.LastEpoch);
        },
        (ref from) => new(
            Filter.Read(ref from), new CurveRequest(from.Texts()) { Attempts = from.Flag(), LastEpoch = from.Flag() }));

    public static readonly Codec<ReadingEvaluations> ReadingEvaluations = new(
        (to, one) =>
        {
            Filter.Write(to, one.Which);
            to.TextOrNull(one.Metric);
        },
        (ref from) => new(Filter.Read(ref from), from.TextOrNull()));

    public static readonly Codec<Scoring> Scoring = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Texts(one.Metrics);
            to.Flag(one.Points is not null);
            to.Longs(one.Points ?? []);
        },
        (ref from) =>
        {
            var (sweep, metrics, has, points) = (from.Text(), from.Texts(), from.Flag(), from.Longs());
            return new(sweep, metrics, has ? points : null);
        });

    public static readonly Codec<Watching> Watching = new(
        (to, one) =>
        {
            to.Text(one.Epoch);
            to.Long(one.Number);
        },
        (ref from) => new(from.Text(), from.Long()));

    public static readonly Codec<BackingUp> BackingUp = new(
        (to, one) =>
        {
            to.Text(one.File);
            to.Flag(one.Replaces);
        },
        (ref from) => new(from.Text(), from.Flag()));

    public static readonly Codec<SweepSubmission> Submission = new(
        (to, one) =>
        {
            to.Text(one.Name);
            to.Text(one.Definition);
            to.Long(one.MaxAttempts);
            to.Long(one.Priority);
            to.Maybe(one.MaxConcurrent);
            to.Flag(one.Reuse);
            to.Long(one.InTheEnd ?? -1);
            to.Long(one.Budget ?? -1);
            to.Long(one.Confirming);
        },
        (ref from) => new(from.Text(), from.Text(), (int)from.Long())
        {
            Priority = (int)from.Long(), MaxConcurrent = from.MaybeInt(), Reuse = from.Flag(),
            InTheEnd = from.Long() is >= 0 and var inTheEnd ? inTheEnd : null,
            Budget = from.Long() is > 0 and var budget ? (int)budget : null,
            Confirming = from.Long(),
        });
}
