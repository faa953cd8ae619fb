using System.Diagnostics;
using System.Globalization;
using VaeSweep.Cluster;

namespace VaeSweep.Benchmarks;

/// <summary>A process of nodes that runs, as its head's process has it in hand.</summary>
internal sealed class NodeRun
{
    private readonly Process _process;

    /// <param name="pace">As <see cref="NodeProcess"/> has it.</param>
    public NodeRun(Head head, string name, int nodes, int members, int devices, int pace)
    {
        var (token, key) = head.Keys is { } keys ? ("", keys.Join.Path) : (head.Token, "");
        var asked = new NodeProcess(head.Address, token, name, nodes, members, devices, pace, key);
        _process = Process.Start(HeadBenchmark.Self([.. asked.Words]))!;
    }

    /// <summary>Lets it measure from now on.</summary>
    public Task BeginAsync() => _process.StandardInput.WriteLineAsync("begin");

    /// <summary>Waits until each of its nodes was granted something.</summary>
    public async Task GrantedAsync(CancellationToken cancellationToken)
    {
        if (await _process.StandardOutput.ReadLineAsync(cancellationToken) != NodeProcess.Granted)
            throw new InvalidOperationException("a process of nodes has ended before all of them had a trial.");
    }

    /// <summary>Ends it.</summary>
    /// <param name="times">Milliseconds that its batches have waited for their confirmation; added to.</param>
    /// <returns>Seconds of processor that it took.</returns>
    public async Task<double> EndAsync(List<double> times)
    {
        _process.StandardInput.Close();
        var told = (await _process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await _process.WaitForExitAsync();
        _process.Dispose();
        var numbers = told.Where(line => line != NodeProcess.Granted)
            .Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToList();
        times.AddRange(numbers.Skip(1));
        return numbers[0];
    }

    public static double Percentile99(List<double> times)
    {
        times.Sort();
        return times.Count == 0 ? double.NaN : times[(int)(times.Count * 0.99)];
    }
}
