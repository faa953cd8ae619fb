using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Commands;

/// <content>What owners do to keep their sweeps in order.</content>
internal static partial class Methods
{
    public static readonly Question<DeletionWish, Deletion?> Delete =
        new("delete", Codecs.DeletionWish, Codecs.Deletion.OrNull,
            (served, asked, token) => served.Housekeeping.DeleteAsync(asked, token));

    public static readonly Question<Keyed, long[]> Deleted =
        new("deleted", Codecs.Keyed, Codecs.Longs,
            async (served, asked, token) => [.. await served.Housekeeping.DeletedAsync(asked.Keys, token)]);

    public static readonly Question<Renaming, RenameOutcome> Rename =
        new("rename", Codecs.Renaming, Codecs.Renamed,
            (served, asked, token) => served.Housekeeping.RenameAsync(asked.Sweep, asked.Name, token));

    public static readonly Question<Tagging, bool> Tag =
        new("tag", Codecs.Tagging, Codecs.Truth,
            (served, asked, token) => served.Housekeeping.TagAsync(asked.Sweep, asked.Trial, asked.Add, asked.Remove, token));

    public static readonly Question<Noting, bool> Note =
        new("note", Codecs.Noting, Codecs.Truth,
            (served, asked, token) => served.Housekeeping.NoteAsync(asked.Sweep, asked.Trial, asked.Text, token));

    public static readonly Question<LogNamed, string?> Log =
        new("log", Codecs.LogNamed, Codecs.Text.OrNull, (served, asked, _) => Task.FromResult(served.Log?.Invoke(asked)));

    public static readonly Submission<SweepSubmission, Trial, ReuseResult> Reuse =
        new("reuse", Codecs.Submission, Codecs.Trial, Codecs.Reused,
            (served, sweep, trials, token) => served.Housekeeping.ReuseAsync(sweep, trials, token));

    public static readonly Submission<SweepSubmission, ImportedTrial, ImportResult> Import =
        new("import", Codecs.Submission, Codecs.ImportedTrial, Codecs.Imported,
            (served, sweep, trials, token) => served.Housekeeping.ImportAsync(sweep, trials, token));
}
