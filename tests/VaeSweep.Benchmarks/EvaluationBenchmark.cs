using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>How fast is the log-likelihood by 5,000 importance samples beside the C++ engine that VaeSweep had and beside a
/// chunked one in Debian's PyTorch, and how much memory does it take as samples grow?</summary>
/// <remarks>PyTorch's side: pytorch/families.py, log_likelihood, inference mode, the encoder once, chunks of the size that suits
/// it best. IWAE's two models are the same one here. Sides take turns; processor time of the one thread. Options: rounds=N, and a
/// word that names some of the models.</remarks>
internal static class EvaluationBenchmark
{
    private const int Images = 10;
    private const int Samples = 5000;
    private const string MemoryModel = "IWAE K=5";
    private static readonly int[] _chunks = [25, 50, 100, 250, 500];
    private static readonly int[] _peaks = [500, 5_000, 50_000];

    public static async Task<IReadOnlyList<Gate>> RunAsync(
        TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        var rounds = Options.Rounds(options, 8);
        var gates = new List<Gate>();
        await output.WriteLineAsync($"{Images} images, {Samples:N0} samples, {rounds} rounds");
        await output.WriteLineAsync(PeerTable.Header("milliseconds of processor time an image"));
        foreach (var model in Options.Families(options).Where(model => model.Short != "IWAE K=50"))
            gates.Add(await CompareAsync(output, model, rounds, cancellationToken));

        var first = FamilyCase.All.Single(model => model.Short == MemoryModel);
        using var files = await SideFiles.WriteAsync(first, BenchmarkImages.Take(first.Batch), cancellationToken);
        await output.WriteLineAsync($"largest resident memory of a process that evaluates, {first.Name}:");
        var peaks = new List<double>();
        foreach (var samples in _peaks)
        {
            // A process of its own for each number of samples: a peak never goes down again.
            using var alone = Sides.Own(files);
            alone.Ask($"likelihood {Images} {samples}");
            peaks.Add(alone.Ask("peak"));
            await output.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"  {samples,6} samples: {peaks[^1] / 1e6,7:0.0} MB"));
        }

        gates.Add(Gate.Most($"evaluation, memory at S=50000 / at S=500", peaks[^1] / peaks[0], 1.1));
        return gates;
    }

    private static async Task<Gate> CompareAsync(
        TextWriter output, FamilyCase model, int rounds, CancellationToken cancellationToken)
    {
        using var files = await SideFiles.WriteAsync(model, BenchmarkImages.Take(model.Batch), cancellationToken);
        using var sides = new Turns
        {
            ["VaeSweep"] = Sides.Own(files), ["C++ engine"] = Sides.CppEngine(files), ["PyTorch"] = Sides.PyTorchFamily(files),
        };
        var chunk = _chunks.MinBy(size =>
            Enumerable.Range(0, 3).Min(_ => sides["PyTorch"].Ask($"likelihood {Images} {2 * _chunks[^1]} {size}")));
        foreach (var name in new[] { "VaeSweep", "C++ engine" })
            sides[name].Ask($"likelihood {Images} {Samples}");

        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sides.Time("VaeSweep", side => side.Ask($"likelihood {Images} {Samples}") / Images);
            sides.Time("C++ engine", side => side.Ask($"likelihood {Images} {Samples}") / Images);
            sides.Time("PyTorch", side => side.Ask($"likelihood {Images} {Samples} {chunk}") / Images);
            sides.Time(
                PeerTable.Products, "PyTorch", side => side.Ask($"products {Images} {Samples} {chunk}") / Images);
        }

        var (ours, pytorch) = (sides.Of("VaeSweep"), sides.Of("PyTorch"));
        await output.WriteLineAsync($"{PeerTable.Row(model.Name, sides)}   PyTorch in chunks of {chunk}");
        return Gate.Least($"evaluation S=5000, {model.Short}, PyTorch / ours, best", pytorch.Best / ours.Best, 1.5);
    }
}
