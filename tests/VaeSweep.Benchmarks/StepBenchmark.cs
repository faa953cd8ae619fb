using System.Globalization;
using VaeSweep.Models;
using VaeSweep.Sweeps;
using VaeSweep.Torch;
using VaeSweep.Training.Data;

namespace VaeSweep.Benchmarks;

/// <summary>How fast is a training step of the 784-300-300-40 VAE (Bernoulli, ELBO, Adam, batch 100, one thread) beside PyTorch's, and beside
/// its twenty matrix products alone?</summary>
/// <remarks>Targets: at least 2 times the rate of PyTorch as installed, 1.35 times that of PyTorch with the same BLAS kernels, and at most 1.35
/// times the time of the products (PyTorch needs 1.85). The sides take turns, a few steps each, so that whatever else the machine does falls
/// on all alike; what is counted is processor time of the one thread. Options: softplus (default), relu, tanh; rounds=N.</remarks>
internal static class StepBenchmark
{
    private const int Batch = 100;
    private const int Batches = 20;
    private const int StepsATurn = 10;

    public static async Task RunAsync(TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        var activation = options.FirstOrDefault(o => !o.Contains('=', StringComparison.Ordinal)) ?? "softplus";
        var rounds = options.Where(o => o.StartsWith("rounds=", StringComparison.Ordinal)).Select(o => int.Parse(o[7..], CultureInfo.InvariantCulture)).FirstOrDefault(40);
        var images = Path.GetTempFileName();
        try
        {
            var data = Images();
            await File.WriteAllBytesAsync(images, System.Runtime.InteropServices.MemoryMarshal.AsBytes(data.Pixels.AsSpan()).ToArray(), cancellationToken);
            using var ours = new OwnSteps(activation, data.Pixels);
            using var installed = new PyTorchSteps(activation, images, coreType: null);
            using var same = TorchRuntime.BlasCoreType is { } type ? new PyTorchSteps(activation, images, type) : null;
            var times = new Dictionary<string, List<double>>(StringComparer.Ordinal) { ["ours"] = [], ["installed"] = [], ["same"] = [], ["products"] = [] };
            for (var round = 0; round < rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                times["ours"].Add(ours.Run(StepsATurn) / StepsATurn);
                times["installed"].Add(installed.Steps(StepsATurn) / StepsATurn);
                times["same"].Add(same is null ? times["installed"][^1] : same.Steps(StepsATurn) / StepsATurn);
                times["products"].Add((same ?? installed).Products(StepsATurn) / StepsATurn);
            }

            await output.WriteLineAsync($"784-300-300-40, {activation}, batch {Batch}, {data.Name}; libtorch {TorchRuntime.TorchVersion}, "
                + $"{TorchRuntime.CpuKernels} kernels, OPENBLAS_CORETYPE {TorchRuntime.BlasCoreType ?? "not needed"}; {rounds} rounds of {StepsATurn} steps");
            await output.WriteLineAsync($"{"milliseconds of processor time",-42}{"best",10}{"median",10}");
            foreach (var (name, label) in new[]
            {
                ("ours", "VaeSweep's step"), ("installed", "PyTorch's step, as installed"), ("same", "PyTorch's step, same BLAS kernels"), ("products", "its 20 matrix products, same BLAS kernels"),
            })
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{label,-42}{Best(times[name]) * 1e3,10:0.000}{Median(times[name]) * 1e3,10:0.000}"));
            }

            foreach (var (label, over, under, target) in new[]
            {
                ("PyTorch as installed / VaeSweep", "installed", "ours", "at least 2"),
                ("PyTorch, same BLAS kernels / VaeSweep", "same", "ours", "at least 1.35"),
                ("VaeSweep / products alone", "ours", "products", "at most 1.35"),
                ("PyTorch, same BLAS kernels / products alone", "same", "products", ""),
            })
            {
                var pairs = times[over].Zip(times[under], (a, b) => a / b).ToList();
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                    $"{label,-46}{Best(times[over]) / Best(times[under]),6:0.00}{Median(pairs),10:0.00}   {target}"));
            }
        }
        finally
        {
            File.Delete(images);
        }
    }

    private static double Best(List<double> seconds) => seconds.Min();

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);

    // Binarised MNIST where it can be had: how many pixels are lit, and where, decides how much there is to multiply.
    private static (float[] Pixels, string Name) Images()
    {
        foreach (var name in new[] { "mnist", "sprites" })
        {
            try
            {
                var dataset = DatasetStore.FromEnvironment().Load(new DatasetConfig { Name = name, Binarization = "dynamic", Train = Batch * Batches });
                if (dataset.Dimensions == 784)
                {
                    var pixels = new float[Batch * Batches * 784];
                    BatchGatherer.Convert(new EpochImages(dataset).Pixels(1).Span[..pixels.Length], pixels);
                    return (pixels, $"{name}, {pixels.Average():P0} lit");
                }
            }
            catch (Exception e) when (e is DatasetException or DataUnavailableException)
            {
                // The next one is always there.
            }
        }

        var random = new Random(1);
        return ([.. Enumerable.Range(0, Batch * Batches * 784).Select(_ => random.NextDouble() < 0.13 ? 1f : 0f)], "random pixels, 13 % lit");
    }

    private sealed class OwnSteps : IDisposable
    {
        private readonly PackModel _model;
        private readonly Adam _adam;
        private readonly Tensor[] _batches;
        private readonly Tensor _beta;
        private readonly Tensor _noise;
        private readonly torch.Generator _stream = new(1);

        public OwnSteps(string activation, float[] pixels)
        {
            torch.set_num_threads(1);
            torch.set_flush_denormal(true);
            var config = new ModelConfig { Layers = [40], Hidden = [[300, 300]], Activation = activation };
            _model = PackModel.Create(config, new ObjectiveConfig(), 784, [1], Device.CPU, ScalarType.Float32);
            _model.Training = true;
            _adam = new Adam([.. _model.Parameters.Select(p => p.Tensor)], [new AdamOptions()]);
            _batches = [.. Enumerable.Range(0, Batches).Select(i => torch.tensor<float>(pixels.AsSpan(i * Batch * 784, Batch * 784), [1, Batch, 784]))];
            _beta = torch.ones([1]);
            _noise = torch.empty(_model.NoiseShapes(Batch, 1)[0]);
            Run(300); // Past the JIT's tiers.
        }

        public double Run(int steps)
        {
            var start = ThreadClock.Seconds;
            for (var i = 0; i < steps; i++)
            {
                using var scope = torch.NewDisposeScope();
                _noise.normal_(0, 1, _stream);
                _model.Step(_batches[i % Batches], _beta, [_noise]).Loss.backward();
                _adam.step();
            }

            return ThreadClock.Seconds - start;
        }

        public void Dispose()
        {
            foreach (var tensor in (Tensor[])[.. _batches, _beta, _noise])
            {
                tensor.Dispose();
            }

            _adam.Dispose();
            _model.Dispose();
            _stream.Dispose();
        }
    }
}
