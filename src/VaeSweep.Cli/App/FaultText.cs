using System.Text;
using VaeSweep.Cluster;
using VaeSweep.Cluster.Security;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli;

/// <summary>What ends a command, as a message for a person and an exit code.</summary>
internal static class FaultText
{
    private const int MaxLines = 20;
    private const int MaxCharacters = 10_000;
    private const int FaultsShown = 15;

    /// <returns>The message, and one of <see cref="ExitCodes"/>.</returns>
    public static (string Message, int Code) Of(Exception failure) => failure switch
    {
        CliException wrong => ($"vaesweep: {wrong.Message}", wrong.ExitCode),
        SweepFileException invalid => (Faults(invalid), ExitCodes.Usage),
        KeyException => ($"vaesweep: {failure.Message}", ExitCodes.Usage),
        HeadFailedException => ($"vaesweep: {failure.Message}", ExitCodes.Failed),
        StoreInUseException or StoreUnreachableException => ($"vaesweep: {failure.Message}", ExitCodes.Held),
        StoreDamagedException or StoreFullException or StoreOutdatedException =>
            ($"vaesweep: {failure.Message}", ExitCodes.Failed),
        ResultsException or StoreException => ($"vaesweep: {failure.Message}", ExitCodes.Usage),
        DatasetException => ($"vaesweep: {failure.Message}", ExitCodes.Failed),
        TrainerCrashedException crashed => ($"vaesweep: {crashed.Message}\n{crashed.LastLines}".TrimEnd(), ExitCodes.Failed),
        // The system's refusals name the file and the reason; nothing in this program can do more about them than say so.
        IOException or UnauthorizedAccessException => ($"vaesweep: {failure.Message}", ExitCodes.Failed),
        OutOfMemoryException => ("vaesweep: this machine's memory is not enough for what was asked.", ExitCodes.Failed),
        _ => ($"vaesweep: a fault of vaesweep itself: {failure.Message} --verbose shows where it comes from.", ExitCodes.Failed),
    };

    /// <summary>Whether the reason is in this program, so that only its source can tell more.</summary>
    public static bool IsOwn(Exception failure) =>
        failure is not (CliException or SweepFileException or ResultsException or StoreException or DatasetException
            or KeyException or HeadFailedException);

    /// <summary>A message that fits on a screen and moves no cursor, whatever a command line or a file put into it.</summary>
    public static string Bounded(string message)
    {
        var lines = message.ReplaceLineEndings("\n").Split('\n');
        var kept = string.Join('\n', lines.Take(lines.Length <= MaxLines ? MaxLines : MaxLines - 1));
        var text = new StringBuilder(kept.Length <= MaxCharacters ? kept : kept[..MaxCharacters] + "...");
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] is not '\n' and not '\t')
                text[i] = '?';
        }

        return lines.Length <= MaxLines ? text.ToString()
            : text.Append($"\n... and {lines.Length - MaxLines + 1} more lines").ToString();
    }

    private static string Faults(SweepFileException invalid)
    {
        var count = invalid.Faults.Count;
        var shown = string.Join('\n', invalid.Faults.Take(FaultsShown).Select(fault => fault.ToString().ReplaceLineEndings(" ")));
        var more = count > FaultsShown ? $"\n... and {count - FaultsShown} more" : "";
        return $"{shown}{more}\nvaesweep: {Wording.Count(count, "fault")}; nothing was run.";
    }
}
