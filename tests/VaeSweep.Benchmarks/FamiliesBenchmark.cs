using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>How many training steps a second do the published models make, beside the same models in the C++ engine that VaeSweep
/// had and in Debian's PyTorch (pytorch/families.py), one thread each?</summary>
/// <remarks>The sides take turns, a few steps each; what is counted is processor time of the one thread. Options: rounds=N, and a
/// word that names some of the models.</remarks>
internal static class FamiliesBenchmark
{
    private const int StepsATurn = 5;
    private const int WarmUp = 60;
    private const int Batches = 10;
    private const int BoundDraws = 10;

    // Initial weights and noise are each side's own: after some 160 steps, the bounds of equal models differ by 1 to 4 %.
    private const double BoundTolerance = 0.06;

    public static async Task<IReadOnlyList<Gate>> RunAsync(
        TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        var rounds = Options.Rounds(options, 20);
        var gates = new List<Gate>();
        foreach (var model in Options.Families(options))
        {
            using var files = await SideFiles.WriteAsync(model, BenchmarkImages.Take(Batches * model.Batch), cancellationToken);
            using var sides = new Turns
            {
                ["VaeSweep"] = Sides.Own(files), ["C++ engine"] = Sides.CppEngine(files),
                ["PyTorch"] = Sides.PyTorchFamily(files),
            };
            foreach (var name in sides.Names)
                sides[name].Steps(WarmUp);

            for (var round = 0; round < rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var name in sides.Names)
                    sides.Time(name, side => side.Steps(StepsATurn));

                sides.Time(PeerTable.Products, "PyTorch", side => side.Ask($"step-products {StepsATurn}") / StepsATurn);
            }

            RequireSameModel(model, sides);
            if (gates.Count == 0)
            {
                await output.WriteLineAsync($"Bernoulli, Adam; {rounds} rounds of {StepsATurn} steps");
                await sides.DescribeAsync(output);
                await output.WriteLineAsync(PeerTable.Header("milliseconds of processor time a step"));
            }

            var (ours, engine, pytorch) = (sides.Of("VaeSweep"), sides.Of("C++ engine"), sides.Of("PyTorch"));
            await output.WriteLineAsync($"{PeerTable.Row(model.Name, sides)}   batches of {model.Batch}");
            gates.Add(Gate.Least($"families, {model.Short}, C++ engine / ours, best", engine.Best / ours.Best, 1.0));
            gates.Add(Gate.Least($"families, {model.Short}, PyTorch / ours, best", pytorch.Best / ours.Best, 1.3));
        }

        return gates;
    }

    /// <summary>All sides train as many numbers, and have learnt as much in as many steps: whoever is fast at something else is
    /// not compared.</summary>
    private static void RequireSameModel(FamilyCase model, Turns sides)
    {
        var counts = sides.Names.Select(name => sides[name].Ask("parameters")).ToList();
        var bounds = sides.Names.Select(name => sides[name].Ask($"bound {BoundDraws}")).ToList();
        string Told(List<double> values) =>
            string.Join(
                ", ",
                sides.Names.Zip(values, (name, value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.##}")));
        if (counts.Distinct().Count() > 1)
            throw new InvalidOperationException($"{model.Name} has not the same parameters everywhere: {Told(counts)}.");

        if (!(bounds.Max() - bounds.Min() < BoundTolerance * -bounds.Min()))
        {
            throw new InvalidOperationException(
                $"{model.Name} has not learnt as much everywhere, in nats per image: {Told(bounds)}.");
        }
    }
}
