using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeSweep.Chaos.Clusters;

/// <summary>How far a sweep is, as its files tell: whoever is dead need not be asked.</summary>
internal sealed partial class Progress(Desk desk, int trials, int epochs)
{
    private readonly Dictionary<string, int> _reached = new(StringComparer.Ordinal);

    /// <summary>Waits until a share of all epochs was trained, woken by whatever is written.</summary>
    public async Task ReachesAsync(double share, CancellationToken cancellationToken)
    {
        using var writes = new Writes(desk.Folder);
        while (Look() < share * trials * epochs)
            await writes.SomeAsync(cancellationToken);
    }

    // What is deleted meanwhile was there: of each trial the furthest counts that was ever seen.
    private int Look()
    {
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true };
        foreach (var path in Directory.EnumerateFiles(desk.Folder, "*", everywhere))
        {
            if (FileOfTrial().Match(path) is not { Success: true } file)
                continue;
            var epoch = file.Groups["epoch"];
            var trial = file.Groups["trial"].Value;
            var reached = epoch.Success ? int.Parse(epoch.Value, CultureInfo.InvariantCulture) : epochs;
            _reached[trial] = Math.Max(_reached.GetValueOrDefault(trial), reached);
        }

        return _reached.Values.Sum();
    }

    [GeneratedRegex(
        @"/chaos/(?<trial>\w+)\.\d+/attempt-\d+/(ckpt-e(?<epoch>\d+)[^/]*|model\.safetensors)$", RegexOptions.ExplicitCapture)]
    private static partial Regex FileOfTrial();
}
