using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>What owners do to order their sweeps: rename, tag, note.</content>
public sealed partial class Ledger
{
    private const int LongestTag = 64;

    /// <summary>Gives a sweep another name. A sweep file that still names the old one makes a sweep of its own.</summary>
    public RenameOutcome Rename(string name, string newName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(newName);
        if (SweepOf(name) is not { } sweep)
            return RenameOutcome.Unknown;
        if (name == newName)
            return RenameOutcome.Done;
        if (SweepOf(newName) is not null)
            return RenameOutcome.Taken;
        Set(new SweepPut(sweep.Doc with { Name = newName }));
        return RenameOutcome.Done;
    }

    /// <summary>Adds tags to a sweep and takes others away.</summary>
    /// <returns>False when there is no sweep of that name.</returns>
    /// <exception cref="ArgumentException">A tag is empty, too long, or holds a comma or white space.</exception>
    public bool TagSweep(string name, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove)
    {
        RequireTags(add);
        if (SweepOf(name) is not { } sweep)
            return false;
        var tags = Tagged(sweep.Doc.Tags, add, remove);
        if (!tags.SequenceEqual(sweep.Doc.Tags, StringComparer.Ordinal))
            Set(new SweepPut(sweep.Doc with { Tags = tags }));
        return true;
    }

    /// <summary>As <see cref="TagSweep"/>, of one trial, in any state.</summary>
    public bool TagTrial(long trialKey, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove)
    {
        RequireTags(add);
        if (TrialOf(trialKey) is not { Doc: var trial })
            return false;
        var tags = Tagged(trial.Tags ?? [], add, remove);
        if (!tags.SequenceEqual(trial.Tags ?? [], StringComparer.Ordinal))
            Set(new TrialPut(trial with { Tags = tags.Length == 0 ? null : tags }));
        return true;
    }

    /// <summary>Writes a note to a sweep in place of the last one; null or nothing but white space takes it away.</summary>
    /// <returns>False when there is no sweep of that name.</returns>
    public bool NoteSweep(string name, string? text)
    {
        if (SweepOf(name) is not { } sweep)
            return false;
        var note = string.IsNullOrWhiteSpace(text) ? null : text;
        if (sweep.Doc.Note != note)
            Set(new SweepPut(sweep.Doc with { Note = note }));
        return true;
    }

    /// <summary>As <see cref="NoteSweep"/>, of one trial, in any state.</summary>
    public bool NoteTrial(long trialKey, string? text)
    {
        if (TrialOf(trialKey) is not { Doc: var trial })
            return false;
        var note = string.IsNullOrWhiteSpace(text) ? null : text;
        if (trial.Note != note)
            Set(new TrialPut(trial with { Note = note }));
        return true;
    }

    private static string[] Tagged(
        IReadOnlyList<string> tags, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove) =>
        [.. tags.Except(remove, StringComparer.Ordinal).Union(add, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static void RequireTags(IReadOnlyCollection<string> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Length is 0 or > LongestTag || tag.Any(c => c == ',' || char.IsWhiteSpace(c) || char.IsControl(c)))
            {
                throw new ArgumentException(
                    $"'{tag}' is no tag: 1 to {LongestTag} characters without white space and commas.", nameof(tags));
            }
        }
    }
}
