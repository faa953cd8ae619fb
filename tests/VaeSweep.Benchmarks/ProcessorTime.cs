using System.Diagnostics;
using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>What a piece of work cost in processor time, here and in a private PostgreSQL: it says how far a rate is from the machine's limit, whatever else runs.</summary>
/// <param name="serverFolder">The private server's folder.</param>
internal sealed class ProcessorTime(string serverFolder)
{
    private const double TicksPerSecond = 100;
    private readonly (TimeSpan Here, TimeSpan Server) _began = Now(serverFolder);

    public TimeSpan Here => Now(serverFolder).Here - _began.Here;

    /// <summary>Of all the server's processes, those that have ended among them.</summary>
    public TimeSpan Server => Now(serverFolder).Server - _began.Server;

    private static (TimeSpan Here, TimeSpan Server) Now(string folder)
    {
        using var here = Process.GetCurrentProcess();
        var postmaster = File.ReadLines(Path.Combine(folder, "data", "postmaster.pid")).First();
        var ticks = Directory.GetDirectories("/proc").Select(Stat).OfType<string[]>().Where(stat => stat[0] == postmaster || stat[3] == postmaster)
            .Sum(stat => stat[13..17].Sum(field => double.Parse(field, CultureInfo.InvariantCulture)));
        return (here.TotalProcessorTime, TimeSpan.FromSeconds(ticks / TicksPerSecond));
    }

    /// <returns>The fields of /proc/N/stat, with the program's name, which may hold spaces, as one; null when there is no such process any more.</returns>
    private static string[]? Stat(string folder)
    {
        if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _))
        {
            return null;
        }

        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var (open, close) = (text.IndexOf('('), text.LastIndexOf(')'));
            return [text[..open].Trim(), text[(open + 1)..close], .. text[(close + 2)..].TrimEnd().Split(' ')];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
