using VaeSweep.Models.Families;
using VaeSweep.Models.Objectives;

namespace VaeSweep.Models.Tests;

public sealed class EstimateTests : TensorTest
{
    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    [InlineData(6, 1)]
    public void Several_estimates_of_L_K_are_averaged_each_over_its_own_samples(int estimates, int k)
    {
        const int Trials = 2, Batch = 5;
        var rows = estimates * k * Batch;
        var stream = new NoiseStream(4);
        var likelihood = stream.randn([Trials, rows], ScalarType.Float64) * 3;
        var ratio = stream.randn([Trials, rows], ScalarType.Float64);
        var beta = torch.tensor([1.0, 0.5], [Trials]);

        var terms = new ImportanceWeighted(estimates)
            .Of(new LatentSample(likelihood, [new LayerTerms(ratio, null, ratio)], Batch), beta);

        var (l, r, found) = (likelihood.data<double>().ToArray(), ratio.data<double>().ToArray(), terms.Value.data<double>()
            .ToArray());
        for (var m = 0; m < Trials; m++)
        {
            double sum = 0;
            for (var b = 0; b < Batch; b++)
            {
                for (var e = 0; e < estimates; e++)
                {
                    sum += Math.Log(Enumerable.Range(0, k).Average(i =>
                    {
                        var at = (m * rows) + (((e * k) + i) * Batch) + b;
                        return Math.Exp(l[at] - ((m == 0 ? 1 : 0.5) * r[at]));
                    }));
                }
            }

            Assert.Equal(sum / (Batch * estimates), found[m], 1e-10);
        }
    }
}
