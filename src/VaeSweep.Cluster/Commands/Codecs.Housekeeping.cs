using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Commands;

/// <content>What owners do to keep their sweeps in order.</content>
internal static partial class Codecs
{
    public static readonly Codec<long[]> Longs = new((to, one) => to.Longs(one), (ref from) => from.Longs());

    public static readonly Codec<DeletionWish> DeletionWish = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Maybe(one.Trial);
            to.Flag(one.Failed);
            to.Flag(one.Imported);
            to.Flag(one.ArtifactsOnly);
            to.Flag(one.Running);
            to.Flag(one.DryRun);
        },
        (ref from) => new(from.Text())
        {
            Trial = from.MaybeLong(), Failed = from.Flag(), Imported = from.Flag(), ArtifactsOnly = from.Flag(),
            Running = from.Flag(), DryRun = from.Flag(),
        });

    public static readonly Codec<Deletion> Deletion = new(
        (to, one) =>
        {
            to.Long(one.Running);
            to.Long(one.Trials);
            to.Texts(one.Files);
            to.Long(one.Shared);
        },
        (ref from) => new((int)from.Long(), from.Long(), from.Texts(), (int)from.Long()));

    public static readonly Codec<Renaming> Renaming = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Text(one.Name);
        },
        (ref from) => new(from.Text(), from.Text()));

    public static readonly Codec<RenameOutcome> Renamed =
        new((to, one) => to.Word(one), (ref from) => from.Word<RenameOutcome>());

    public static readonly Codec<Tagging> Tagging = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Maybe(one.Trial);
            to.Texts(one.Add);
            to.Texts(one.Remove);
        },
        (ref from) => new(from.Text(), from.MaybeLong(), from.Texts(), from.Texts()));

    public static readonly Codec<Noting> Noting = new(
        (to, one) =>
        {
            to.Text(one.Sweep);
            to.Maybe(one.Trial);
            to.TextOrNull(one.Text);
        },
        (ref from) => new(from.Text(), from.MaybeLong(), from.TextOrNull()));

    public static readonly Codec<LogNamed> LogNamed = new(
        (to, one) =>
        {
            to.Text(one.TrialId);
            to.Long(one.Trial);
            to.Long(one.Attempt);
        },
        (ref from) => new(from.Text(), from.Long(), (int)from.Long()));

    public static readonly Codec<ReuseResult> Reused = new(
        (to, one) =>
        {
            to.List(one.Taken, static (writer, from) =>
            {
                writer.Text(from.Sweep);
                writer.Long(from.Trials);
            });
            to.Long(one.OtherStack);
        },
        (ref from) => new(
            from.List(9, static (ref reader) => new TakenOver(reader.Text(), reader.Long())), from.Long()));

    public static readonly Codec<ImportResult> Imported = new(
        (to, one) =>
        {
            to.Long(one.Added);
            to.Long(one.Completed);
            to.Long(one.Kept);
        },
        (ref from) => new(from.Long(), from.Long(), from.Long()));

    /// <summary>Of what others have trained: scores alone, no epochs.</summary>
    public static readonly Codec<ImportedTrial> ImportedTrial = new(
        (to, one) =>
        {
            Trial.Write(to, one.Trial);
            to.Word(one.State);
            to.Text(one.Worker);
            to.TextOrNull(one.Source);
            to.TextOrNull(one.Reason);
            to.List(one.Evaluations, static (writer, score) =>
            {
                writer.Text(score.Metric);
                writer.Double(score.Value);
                writer.Long(score.Samples);
                writer.Long(score.Images);
            });
        },
        (ref from) => new(Trial.Read(ref from), from.Word<TrialState>(), from.Text())
        {
            Source = from.TextOrNull(), Reason = from.TextOrNull(),
            Evaluations = from.List(9, static (ref reader) => new Evaluation(
                reader.Text(), reader.Double(), (int)reader.Long(), (int)reader.Long())),
        });

    private static void Write(WireWriter to, TrialSource? source)
    {
        to.TextOrNull(source?.Name);
        to.Long(source?.Trial ?? 0);
    }

    private static TrialSource? ReadSource(ref WireReader from)
    {
        var (name, trial) = (from.TextOrNull(), from.Long());
        return name is null ? null : new TrialSource(name, trial);
    }
}
