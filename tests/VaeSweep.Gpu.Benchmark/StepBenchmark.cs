using System.Diagnostics;
using System.Globalization;
using VaeSweep.Models;
using VaeSweep.Sweeps;

namespace VaeSweep.Gpu.Benchmark;

/// <summary>How many training steps of the 784-300-300-40 VAE (softplus, Bernoulli, ELBO, Adam, batch 100) a second does one
/// device make, alone and in packs, beside PyTorch's eager steps on the same device?</summary>
/// <remarks>Wall time, waiting for the device at the end of each turn; the sides take turns. A pack's step is a step of each of
/// its trials. Options: device=cuda:0 (default: the first GPU, else cpu), packs=1,8,32, rounds=N, steps=N (a turn).</remarks>
internal static class StepBenchmark
{
    private const int Batch = 100;
    private const int Batches = 20;
    private const int Pixels = 784;
    private const double Lit = 0.13;

    public static async Task RunAsync(TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        var chosen = options.Select(option => option.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[^1], StringComparer.Ordinal);
        TorchRuntime.Load();
        var device = torch.device(chosen.GetValueOrDefault("device") ?? (torch.cuda.is_available() ? "cuda:0" : "cpu"));
        var packs = (chosen.GetValueOrDefault("packs") ?? "1,8,32").Split(',').Select(int.Parse).ToArray();
        var rounds = int.Parse(chosen.GetValueOrDefault("rounds") ?? "10", CultureInfo.InvariantCulture);
        var steps = int.Parse(chosen.GetValueOrDefault("steps")
            ?? (device.type == DeviceType.CUDA ? "100" : "5"), CultureInfo.InvariantCulture);
        torch.set_num_threads(1);
        Denormals.FlushToZero();

        using var pytorch = new PyTorchDevice(device);
        var name = device.type == DeviceType.CUDA ? CudaDriver.Gpus().ElementAtOrDefault(device.index)?.Name
            ?? "a GPU" : $"one core, {TorchRuntime.CpuKernels} kernels";
        await output.WriteLineAsync(
            $"784-300-300-40, batch {Batch}, on {device} ({name}); libtorch {TorchRuntime.TorchVersion}, "
                + $"PyTorch {pytorch.Version}; {rounds} rounds of {steps} steps, medians");
        await output.WriteLineAsync(
            $"{"trials a pack",-16}{"ms a step",12}{"trial steps/s",16}{"PyTorch ms",14}{"PyTorch/s",12}{"ratio",8}");
        foreach (var pack in packs)
        {
            using var ours = new PackSteps(pack, device);
            var (mine, theirs) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                mine.Add(ours.Seconds(steps) / steps);
                theirs.Add(pytorch.Seconds(steps) / steps);
            }

            var (own, eager) = (Median(mine), Median(theirs));
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{pack,-16}{own * 1e3,12:0.000}{pack / own,16:0}{eager * 1e3,14:0.000}{1 / eager,12:0}"
                    + $"{pack * eager / own,8:0.00}"));
        }
    }

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);

    private sealed class PackSteps : IDisposable
    {
        private readonly DisposeScope _scope = NewDisposeScope();
        private readonly Device _device;
        private readonly PackModel _model;
        private readonly Adam _adam;
        private readonly Tensor[] _batches;
        private readonly Tensor _beta;
        private readonly Tensor _noise;
        private readonly NoiseStream[] _streams;
        private int _step;

        public PackSteps(int trials, Device device)
        {
            _device = device;
            var config = new ModelConfig { Layers = [40], Hidden = [[300, 300]] };
            _model = PackModel.Create(config, new ObjectiveConfig(), Pixels,
                [.. Enumerable.Range(1, trials).Select(seed => (long)seed)], device, ScalarType.Float32);
            _model.Training = true;
            _adam = new Adam([.. _model.Parameters.Select(p => p.Tensor)], [.. Enumerable.Repeat(new AdamOptions(), trials)]);
            _streams = [.. Enumerable.Range(1, trials).Select(seed => new NoiseStream((ulong)seed))];
            var random = new Random(1);
            _batches =
            [
                .. Enumerable.Range(0, Batches).Select(_ =>
                    torch.tensor(Enumerable.Range(0, Batch * Pixels).Select(_ => random.NextDouble() < Lit ? 1f : 0f)
                        .ToArray(), [1, Batch, Pixels], device: device)
                        .expand(trials, -1, -1).contiguous()),
            ];
            _beta = torch.ones([trials], dtype: ScalarType.Float32, device: device);
            _noise = torch.empty(_model.NoiseShapes(Batch, 1)[0], ScalarType.Float32, device);
            Seconds(device.type == DeviceType.CUDA ? 100 : 5);
        }

        public double Seconds(int steps)
        {
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                _step++;
                _noise.normal_(0, 1, [.. _streams.Select(stream => stream.At(0, _step))]);
                using var tape = new Tape();
                tape.Backward(_model.Step(_batches[i % Batches], _beta, [_noise]).Loss);
                _adam.step();
            }

            if (_device.type == DeviceType.CUDA)
                torch.cuda.synchronize(_device);

            return clock.Elapsed.TotalSeconds;
        }

        public void Dispose()
        {
            _adam.Dispose();
            _model.Dispose();
            _scope.Dispose();
        }
    }

    /// <summary>step.py as a child that waits for its turn.</summary>
    private sealed class PyTorchDevice : IDisposable
    {
        private readonly Process _child;

        public PyTorchDevice(Device device)
        {
            var script = Path.Combine(AppContext.BaseDirectory, "step.py");
            // Debian's PyTorch belongs to Debian's Python, which need not be the first on the path.
            var python = Environment.GetEnvironmentVariable("VAESWEEP_PYTHON") ?? "/usr/bin/python3";
            var start = new ProcessStartInfo(python, [script, "--device", device.ToString()]) { UseShellExecute = false,
                RedirectStandardInput = true, RedirectStandardOutput = true };
            start.Environment["OMP_NUM_THREADS"] =
                start.Environment["OPENBLAS_NUM_THREADS"] = start.Environment["MKL_NUM_THREADS"] = "1";
            _child = Process.Start(start) ?? throw new InvalidOperationException($"{python} does not start.");
            Version = _child.StandardOutput.ReadLine()
                ?? throw new InvalidOperationException(
                    $"{python} {script} ended at once. Has it a PyTorch that can use {device}? VAESWEEP_PYTHON names "
                        + "another Python.");
        }

        public string Version { get; }

        public double Seconds(int steps)
        {
            _child.StandardInput.WriteLine(steps.ToString(CultureInfo.InvariantCulture));
            _child.StandardInput.Flush();
            var answer = _child.StandardOutput.ReadLine()
                ?? throw new InvalidOperationException("PyTorch's side of the benchmark ended.");
            return double.Parse(answer, CultureInfo.InvariantCulture);
        }

        public void Dispose()
        {
            _child.StandardInput.Close();
            _child.WaitForExit();
            _child.Dispose();
        }
    }
}
