using VaeSweep.Models.Layers;
using VaeSweep.Models.Posteriors;

namespace VaeSweep.Models.Tests;

/// <summary>The change of variables of flows, against Jacobians from finite differences.</summary>
public sealed class FlowTests : TensorTest
{
    private const int Features = 3;

    public static TheoryData<string, bool, int> Kinds() => new()
    {
        { "planar", false, 4 },
        { "planar", true, 4 },
        { "planar", false, 1 },
        { "coupling", false, 1 },
        { "coupling", false, 2 },
        { "coupling", false, 5 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_steps_log_determinant_is_that_of_its_numerical_Jacobian(string posterior, bool amortised, int latent)
    {
        using var built = new Built(posterior, amortised, latent, flows: 2);
        var z = built.Noise(rows: 3);

        foreach (var step in built.Flows.Select(flow => flow.Given(built.Conditions)))
        {
            var logDet = Near.Numbers(step.Apply(z).LogDet);

            for (var row = 0; row < 3; row++)
                Assert.Equal(NumericalLogDet(step, z, row), logDet[row], 1e-8);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_density_of_a_sample_is_that_of_its_noise_over_the_determinant_of_all_steps(
        string posterior, bool amortised, int latent)
    {
        using var built = new Built(posterior, amortised, latent, flows: 3);
        var whole = PosteriorKinds.Registry[posterior](built.Context);
        built.Randomise();
        var q = whole.Infer(built.Conditions);
        var eps = built.Noise(rows: 3);

        var density = Near.Numbers(q.Draw(eps, logDensity: true).LogDensity!);

        for (var row = 0; row < 3; row++)
        {
            var slopes = new double[latent, latent];
            for (var i = 0; i < latent; i++)
            {
                var (above, below) = (q.Draw(Moved(eps, row, i, 1e-5), false).Z, q.Draw(Moved(eps, row, i, -1e-5), false).Z);
                var slope = Near.Numbers((above - below).select(1, row) / 2e-5);
                for (var j = 0; j < latent; j++)
                    slopes[j, i] = slope[j];
            }

            var ofNoise = Near.Numbers((eps.select(1, row).square().sum() + latent * Math.Log(2 * Math.PI)) * -0.5)[0];
            Assert.Equal(ofNoise - LogAbsDet(slopes), density[row], 1e-7);
        }
    }

    [Fact]
    public void A_coupling_posterior_starts_as_the_Gaussian_before_it()
    {
        using var built = new Built("coupling", amortised: false, latent: 4, flows: 3, random: false);
        var posterior = PosteriorKinds.Registry["coupling"](built.Context);
        var eps = built.Noise(rows: 3);

        var q = posterior.Infer(built.Conditions);
        var (drawn, moments) = (q.Draw(eps, logDensity: true), q.Moments());

        var (mean, logVar) = posterior.Base(built.Conditions);
        Near.Equal(Near.Numbers(mean + (logVar * 0.5).exp() * eps), drawn.Z, 1e-14, "z");
        Near.Equal(Near.Numbers(new Gaussian(mean, logVar).LogDensityOfSample(eps)), drawn.LogDensity!, 1e-14, "log q");
        Near.Equal(Near.Numbers(mean), moments.Mean, 1e-14, "E[z|x]");
        Near.Equal(Near.Numbers(logVar), moments.LogVar, 1e-13, "log Var[z|x]");
    }

    [Theory]
    [InlineData("planar")]
    [InlineData("coupling")]
    public void Moments_are_those_of_many_draws(string posterior)
    {
        const int draws = 40_000;
        using var built = new Built(posterior, amortised: false, latent: 3, flows: 3);
        var whole = PosteriorKinds.Registry[posterior](built.Context);
        built.Randomise();
        var q = whole.Infer(built.Conditions);

        var moments = q.Moments();
        var z = q.Draw(built.Noise(3 * draws), logDensity: false).Z.view([1, draws, 3, 3]);

        var deviation = z.var([1]).sqrt();
        var gap = (moments.Mean - z.mean([1])) / deviation;
        // 32 draws in antithetic pairs: what is even in the noise keeps an error of about a quarter of its own deviation.
        Assert.All(Near.Numbers(gap), g => Assert.InRange(g, -0.3, 0.3));
        Assert.All(Near.Numbers((moments.LogVar * 0.5).exp() / deviation), r => Assert.InRange(r, 0.6, 1.6));
    }

    [Fact]
    public void A_planar_flow_stays_invertible_whatever_its_parameters()
    {
        using var built = new Built("planar", amortised: false, latent: 2, flows: 1);
        using (no_grad())
        {
            built.Parameter("posterior.flow.0.u").copy_(torch.tensor([-30.0, 5], [1, 1, 2]));
            built.Parameter("posterior.flow.0.w").copy_(torch.tensor([20.0, 1], [1, 1, 2]));
        }

        var logDet = built.Flows[0].Given(built.Conditions).Apply(built.Noise(300)).LogDet;

        Assert.All(Near.Numbers(logDet), value => Assert.True(double.IsFinite(value), $"{value}"));
    }

    private static double NumericalLogDet(IFlowStep step, Tensor z, int row)
    {
        var latent = (int)z.size(2);
        var slopes = new double[latent, latent];
        for (var i = 0; i < latent; i++)
        {
            var slope = Near.Numbers((step.Apply(Moved(z, row, i, 1e-5)).Z - step.Apply(Moved(z, row, i, -1e-5)).Z)
                .select(1, row) / 2e-5);
            for (var j = 0; j < latent; j++)
                slopes[j, i] = slope[j];
        }

        return LogAbsDet(slopes);
    }

    private static Tensor Moved(Tensor z, int row, int unit, double by)
    {
        var moved = z.clone();
        moved.select(1, row).select(1, unit).add_(by);
        return moved;
    }

    /// <summary>By elimination with pivots.</summary>
    private static double LogAbsDet(double[,] a)
    {
        var n = a.GetLength(0);
        var log = 0.0;
        for (var k = 0; k < n; k++)
        {
            var pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(a[i, k]));
            for (var j = 0; j < n; j++)
                (a[k, j], a[pivot, j]) = (a[pivot, j], a[k, j]);

            log += Math.Log(Math.Abs(a[k, k]));
            for (var i = k + 1; i < n; i++)
            {
                var factor = a[i, k] / a[k, k];
                for (var j = k; j < n; j++)
                    a[i, j] -= factor * a[k, j];
            }
        }

        return log;
    }

    /// <summary>Flows in float64 with parameters of ordinary size, and the features of three images.</summary>
    private sealed class Built : IDisposable
    {
        private readonly ParameterSet _parameters =
            new([3], InitialisationKinds.Registry["xavier_normal"], CPU, ScalarType.Float64);
        private readonly NoiseStream _stream = new(8);
        private readonly int _latent;

        public Built(string posterior, bool amortised, int latent, int flows, bool random = true)
        {
            _latent = latent;
            var config = new ModelConfig { Posterior = posterior, AmortisedFlows = amortised, Flows = flows, FlowHidden = 4 };
            var layers = new LayerContext(
                _parameters, new Mode(), BatchNorm: false, BatchNormHeads: false, ActivationKinds.Registry["tanh"](config));
            Context = new PosteriorContext(layers, config, Features, latent, EncoderHeadKinds.Registry["linear"]);
            Flows = posterior == "planar" ? PlanarFlow.Several(Context) : CouplingFlow.Several(Context);
            Conditions = _stream.randn([1, 3, Features], ScalarType.Float64);
            if (random)
                Randomise();
        }

        public PosteriorContext Context { get; }
        public IReadOnlyList<IFlow> Flows { get; }
        public Tensor Conditions { get; }

        public Tensor Noise(int rows) => _stream.randn([1, rows, _latent], ScalarType.Float64);

        public Tensor Parameter(string name) => _parameters.Parameters.First(p => p.Name == name).Tensor;

        public void Randomise()
        {
            using var noGrad = no_grad();
            foreach (var (_, tensor) in _parameters.Parameters)
                tensor.normal_(0, 0.7, _stream);
        }

        public void Dispose() => _parameters.Dispose();
    }
}
