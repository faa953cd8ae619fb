using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Commands;

/// <content>What heads answer.</content>
internal static partial class Codecs
{
    public static readonly Codec<StoreNews> News = new(
        (to, one) =>
        {
            to.Text(one.Epoch);
            to.Long(one.Number);
            to.Longs(one.Sweeps);
            to.Flag(one.Whole);
        },
        (ref from) => new(from.Text(), from.Long(), from.Longs(), from.Flag()));

    public static readonly Codec<bool> Truth = new((to, one) => to.Flag(one), (ref from) => from.Flag());

    public static readonly Codec<int> Count = new((to, one) => to.Long(one), (ref from) => (int)from.Long());

    public static readonly Codec<string> Text = new((to, one) => to.Text(one), (ref from) => from.Text());

    public static readonly Codec<HeadInfo> HeadInfo = new(
        (to, one) => to.Texts([one.Location, one.Identity, one.Host, one.Product]),
        (ref from) => from.Texts() is [var location, var identity, var host, var product] ? new(location, identity, host, product)
            : throw new ProtocolException("A head says too little or too much of itself."));

    /// <summary>Stays as it is in all versions; what is new comes at the end.</summary>
    public static readonly Codec<Failure> Failure = new(
        (to, one) =>
        {
            to.Text(one.Kind);
            to.Text(one.Message);
            to.Maybe(one.Position);
            to.TextOrNull(one.Path);
            to.Long(one.Needed);
            to.Long(one.Free);
        },
        (ref from) => new(from.Text(), from.Text(), from.MaybeInt(), from.TextOrNull(), from.Long(), from.Long()));

    public static readonly Codec<BackupSummary> Backup = new(
        (to, one) =>
        {
            to.Text(one.Path);
            to.Long(one.Bytes);
            to.Text(one.Checksum);
            to.TextOrNull(one.Identity);
            to.Long(one.Sweeps);
            to.Long(one.Trials);
        },
        (ref from) => new(from.Text(), from.Long(), from.Text(), from.TextOrNull(), from.Long(), from.Long()));

    public static readonly Codec<SweepStatus> Sweep = new(
        (to, one) =>
        {
            to.Long(one.Key);
            to.Text(one.Name);
            to.Word(one.State);
            to.Instant(one.CreatedAt);
            to.Text(one.Definition);
            to.List(one.Trials, static (writer, count) =>
            {
                writer.Word(count.Key);
                writer.Long(count.Value);
            });
            to.Long(one.EpochsDone);
            to.Long(one.EpochsTotal);
            to.Long(one.Priority);
            to.Maybe(one.MaxConcurrent);
            to.TextOrNull(one.Stack);
            to.TextOrNull(one.Reason);
            to.Long(one.Retired);
            to.Texts(one.Tags);
            to.TextOrNull(one.Note);
            to.Long(one.ToCome);
            to.Flag(one.IsUnsettled);
        },
        (ref from) => new(
            from.Long(), from.Text(), from.Word<SweepState>(), from.Instant(), from.Text(), ReadCounts(ref from), from.Long(),
            from.Long())
        {
            Priority = (int)from.Long(), MaxConcurrent = from.MaybeInt(), Stack = from.TextOrNull(), Reason = from.TextOrNull(),
            Retired = from.Long(), Tags = from.Texts(), Note = from.TextOrNull(), ToCome = from.Long(),
            IsUnsettled = from.Flag(),
        });

    public static readonly Codec<TrialStatus> TrialStatus = new(
        (to, one) =>
        {
            to.Long(one.Key);
            to.Text(one.Sweep);
            to.Text(one.Id);
            to.Text(one.Fingerprint);
            to.Long(one.Seed);
            to.Word(one.State);
            to.Flag(one.Wanted);
            to.Long(one.Attempts);
            to.TextOrNull(one.Worker);
            to.Maybe(one.StartedAt);
            to.Maybe(one.FinishedAt);
            to.Long(one.EpochsDone);
            to.Long(one.Epochs);
            to.MaybeWord(one.FailureClass);
            to.TextOrNull(one.Reason);
            to.Text(one.ConfigJson);
            to.TextOrNull(one.CheckpointPath);
            to.TextOrNull(one.ModelPath);
            to.Texts(one.Tags);
            to.TextOrNull(one.Note);
            Write(to, one.Source);
        },
        (ref from) => new(
            from.Long(), from.Text(), from.Text(), from.Text(), from.Long(), from.Word<TrialState>(), from.Flag(),
            (int)from.Long(), from.TextOrNull(), from.MaybeInstant(), from.MaybeInstant(), (int)from.Long(), (int)from.Long(),
            from.MaybeWord<FailureClass>(), from.TextOrNull(), from.Text(), from.TextOrNull(), from.TextOrNull())
        {
            Tags = from.Texts(), Note = from.TextOrNull(), Source = ReadSource(ref from),
        });

    public static readonly Codec<Trial> Trial = new(
        (to, one) =>
        {
            to.Long(one.Index);
            to.Text(one.Fingerprint);
            to.Text(one.ConfigJson);
            to.Long(one.Seed);
            to.Text(one.PackKey);
            to.Long(one.Epochs);
        },
        (ref from) => new(from.Long(), from.Text(), from.Text(), from.Long(), from.Text(), (int)from.Long()));

    public static readonly Codec<SubmitResult> Submitted = new(
        (to, one) =>
        {
            to.Long(one.Added);
            to.Long(one.Kept);
            to.Long(one.Unwanted);
            to.Long(one.Succeeded);
            to.List(one.AddedSample, Trial.Write);
            to.List(one.UnwantedSample, TrialStatus.Write);
            to.Long(one.WantedAgain);
            to.Long(one.Retired);
            Reused!.Write(to, one.Reused);
            to.Long(one.ToCome);
            to.Long(one.ToConfirm);
            to.Long(one.Confirming);
            to.Long(one.Lengthened);
            to.List(one.TrainedBefore, static (writer, before) =>
            {
                writer.Long(before.Epochs);
                writer.Long(before.Of);
                writer.Long(before.Trials);
                writer.TextOrNull(before.Why);
            });
        },
        (ref from) => new(
            from.Long(), from.Long(), from.Long(), from.Long(), from.List(1, Trial.Read), from.List(1, TrialStatus.Read))
        {
            WantedAgain = from.Long(), Retired = from.Long(), Reused = Reused!.Read(ref from), ToCome = from.Long(),
            ToConfirm = from.Long(), Confirming = from.Long(), Lengthened = from.Long(),
            TrainedBefore = from.List(25, static (ref reader) => new TrainedBefore(
                (int)reader.Long(), (int)reader.Long(), reader.Long(), reader.TextOrNull())),
        });

    public static readonly Codec<NodeStatus> Node = new(
        (to, one) =>
        {
            to.Text(one.Info.Node);
            to.Text(one.Info.Host);
            to.Texts(one.Info.Devices);
            to.Text(one.Info.Version);
            to.TextOrNull(one.Info.Provenance);
            to.TextOrNull(one.Info.Load);
            to.TextOrNull(one.Info.Note);
            to.Long(one.Info.Link is { } link ? (long)link : -1);
            to.TextOrNull(one.Info.Address);
            to.Instant(one.StartedAt);
            to.Instant(one.SeenAt);
            to.Flag(one.Alive);
            to.Long(one.RunningTrials);
        },
        (ref from) =>
        {
            var info = new NodeInfo(from.Text(), from.Text(), from.Texts(), from.Text(), from.TextOrNull())
            {
                Load = from.TextOrNull(), Note = from.TextOrNull(), Link = from.Long() is var link and >= 0
                    ? (NodeLink)link : null,
                Address = from.TextOrNull(),
            };
            return new(info, from.Instant(), from.Instant(), from.Flag(), (int)from.Long());
        });

    public static readonly Codec<StoredCheckpoint> Checkpoint = new(
        (to, one) =>
        {
            to.Long(one.Key);
            to.Text(one.Sweep);
            to.Text(one.TrialId);
            to.Text(one.Path);
            to.Maybe(one.Bytes);
            to.Flag(one.Expendable);
            to.Long(one.Rank);
            to.Maybe(one.FinishedAt);
        },
        (ref from) => new(
            from.Long(), from.Text(), from.Text(), from.Text(), from.MaybeLong(), from.Flag(), (int)from.Long(),
            from.MaybeInstant()));

    public static readonly Codec<TrialFiles> Files = new(
        (to, one) =>
        {
            to.Long(one.Key);
            to.Text(one.TrialId);
            to.Word(one.State);
            to.Long(one.Attempt);
            to.Texts(one.Paths);
        },
        (ref from) => new(from.Long(), from.Text(), from.Word<TrialState>(), (int)from.Long(), from.Texts()));

    public static readonly Codec<QueryPart> QueryPart = new(
        (to, one) =>
        {
            to.Flag(one.Row is not null);
            if (one.Row is { } row)
            {
                to.List(row, Cells.Write);
                return;
            }

            to.Texts(one.Columns!);
            to.Flag(one.Truncated);
        },
        (ref from) => from.Flag() ? new(null, false, from.List<object?>(1, Cells.Read)) : new(from.Texts(), from.Flag(), null));

    private static Dictionary<TrialState, long> ReadCounts(ref WireReader from)
    {
        var counts = new Dictionary<TrialState, long>();
        foreach (var (state, count) in from.List(9, static (ref reader) => (reader.Word<TrialState>(), reader.Long())))
            counts[state] = count;
        return counts;
    }
}
