using System.Globalization;
using VaeSweep.Torch;

namespace VaeSweep.Benchmarks;

/// <summary>How many training steps a second do the published models make, beside the same models in PyTorch (pytorch/families.py) with the same BLAS
/// kernels, one thread each?</summary>
/// <remarks>Target: at least 1.3 times PyTorch's rate on each. The sides take turns, a few steps each; what is counted is processor time of the one
/// thread. Options: rounds=N, and a word that names some of the models.</remarks>
internal static class FamiliesBenchmark
{
    private const int StepsATurn = 5;
    private const int WarmUp = 60;
    private const int Batches = 10;

    public static async Task RunAsync(TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        var rounds = options.Where(o => o.StartsWith("rounds=", StringComparison.Ordinal)).Select(o => int.Parse(o[7..], CultureInfo.InvariantCulture)).FirstOrDefault(20);
        var word = options.FirstOrDefault(o => !o.Contains('=', StringComparison.Ordinal)) ?? "";
        await output.WriteLineAsync($"libtorch {TorchRuntime.TorchVersion}, {TorchRuntime.CpuKernels} kernels, OPENBLAS_CORETYPE {TorchRuntime.BlasCoreType ?? "not needed"}; "
            + $"Bernoulli, Adam; {rounds} rounds of {StepsATurn} steps");
        await output.WriteLineAsync($"{"milliseconds of processor time a step",-50}{"batch",6}{"VaeSweep",10}{"median",9}{"PyTorch",10}{"median",9}{"rate, best",12}{"median",8}   target");
        foreach (var model in FamilyCase.All.Where(c => c.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            var (ours, theirs) = await CompareAsync(model, rounds, cancellationToken);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{model.Name,-50}{model.Batch,6}{ours.Best * 1e3,10:0.00}{ours.Median * 1e3,9:0.00}{theirs.Best * 1e3,10:0.00}{theirs.Median * 1e3,9:0.00}"
                + $"{theirs.Best / ours.Best,12:0.00}{theirs.MedianRatio(ours),8:0.00}   at least 1.3"));
        }
    }

    private static async Task<(Times Ours, Times Theirs)> CompareAsync(FamilyCase model, int rounds, CancellationToken cancellationToken)
    {
        var images = BenchmarkImages.Take(Batches * model.Batch);
        using var files = new PyTorchFiles();
        await files.WriteAsync(model, images, cancellationToken);
        using var ours = new OwnModel(model.Model, model.Objective, model.Batch, images.Pixels, WarmUp);
        using var theirs = files.Start("family_steps.py");
        theirs.Ask($"steps {StepsATurn}");
        var (own, other) = (new Times(), new Times());
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            own.Add(ours.Steps(StepsATurn) / StepsATurn);
            other.Add(theirs.Ask($"steps {StepsATurn}") / StepsATurn);
        }

        return (own, other);
    }
}
