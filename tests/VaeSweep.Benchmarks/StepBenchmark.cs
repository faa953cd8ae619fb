using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>How fast is a training step of the 784-300-300-40 VAE (Bernoulli, ELBO, Adam, batch 100, one thread) beside the
/// engine in C++ that VaeSweep had, beside TorchSharp's own modules, beside Debian's PyTorch, and beside its twenty matrix
/// products alone by the faster of MKL and OpenBLAS?</summary>
/// <remarks>The sides take turns, a few steps each, so that whatever else the machine does falls on all alike; what is counted is
/// processor time of the one thread. "256 bits" are VaeSweep and PyTorch both kept to vectors of 256 bits, PyTorch's BLAS among
/// them. Options: softplus (default), relu, tanh, leaky_relu; rounds=N.</remarks>
internal static class StepBenchmark
{
    private const int Batches = 20;
    private const int StepsATurn = 10;
    private const int WarmUp = 300;

    public static async Task<IReadOnlyList<Gate>> RunAsync(
        TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        var activation = options.FirstOrDefault(o => !o.Contains('=', StringComparison.Ordinal)) ?? "softplus";
        var rounds = Options.Rounds(options, 40);
        var model = FamilyCase.Step(activation);
        var data = BenchmarkImages.Take(model.Batch * Batches);
        using var files = await SideFiles.WriteAsync(model, data, cancellationToken);
        using var sides = new Turns
        {
            ["VaeSweep"] = Sides.Own(files),
            ["C++ engine"] = Sides.CppEngine(files),
            ["plain TorchSharp"] = Sides.PlainTorchSharp(activation, files),
            ["PyTorch"] = Sides.PyTorchStep(activation, files),
            ["VaeSweep, 256 bits"] = Sides.Own(files, narrow: true),
            ["PyTorch, 256 bits"] = Sides.PyTorchStep(activation, files, narrow: true),
        };
        foreach (var name in sides.Names)
            sides[name].Steps(WarmUp);

        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var name in sides.Names)
                sides.Time(name, side => side.Steps(StepsATurn));

            sides.Time("products, MKL", "plain TorchSharp", side => side.Ask($"products {StepsATurn}") / StepsATurn);
            sides.Time("products, OpenBLAS", "PyTorch", side => side.Ask($"products {StepsATurn}") / StepsATurn);
        }

        await output.WriteLineAsync($"{model.Name}, batch {model.Batch}, {data.Name}; {rounds} rounds of {StepsATurn} steps");
        await sides.DescribeAsync(output);
        var ours = sides.Of("VaeSweep");
        await output.WriteLineAsync(
            $"{"milliseconds of processor time",-32}{"best",10}{"median",10}{"/ VaeSweep: best",20}{"median",10}");
        foreach (var (name, times) in sides.All)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{name,-32}{times.Best * 1e3,10:0.000}{times.Median * 1e3,10:0.000}{times.Best / ours.Best,20:0.00}"
                    + $"{times.MedianRatio(ours),10:0.00}"));
        }

        double Best(string name) => sides.Of(name).Best / ours.Best;
        return
        [
            Gate.Least("step, plain TorchSharp / ours, best", Best("plain TorchSharp"), 1.9),
            Gate.Least("step, plain TorchSharp / ours, median", sides.Of("plain TorchSharp").MedianRatio(ours), 1.8),
            Gate.Least("step, PyTorch 1.13 / ours, best", Best("PyTorch"), 1.75),
            Gate.Least("step, C++ engine / ours, best", Best("C++ engine"), 1.03),
            Gate.Least("step, C++ engine / ours, median", sides.Of("C++ engine").MedianRatio(ours), 1.0),
            Gate.Most("step, ours / its products alone, best", 1 / Math.Min(Best("products, MKL"), Best("products, OpenBLAS")),
                1.05),
            Gate.Least("step on 256 bits, PyTorch / ours, best",
                sides.Of("PyTorch, 256 bits").Best / sides.Of("VaeSweep, 256 bits").Best, 1.6),
        ];
    }
}
