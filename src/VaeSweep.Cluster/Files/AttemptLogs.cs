using System.Text;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Files;

/// <summary>What trainers printed, attempt by attempt, as far as the head's folder has it.</summary>
/// <param name="folder">Of checkpoints and models.</param>
public sealed class AttemptLogs(string folder)
{
    /// <returns>Null where nothing was printed, or nothing is kept.</returns>
    public string? Read(string trialId, long trial, int attempt)
    {
        // A renamed sweep's files are where they were.
        var place = Path.Combine(Artifacts.TrialFolder(trialId, trial), $"attempt-{attempt}", TrainerLog.FileName);
        if (!Directory.Exists(folder))
            return null;
        var file = Directory.EnumerateDirectories(folder).Select(sweep => Path.Combine(sweep, place))
            .FirstOrDefault(File.Exists);
        if (file is null)
            return null;
        using var log = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(log, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
