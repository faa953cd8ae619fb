using VaeSweep.Models;
using VaeSweep.Sweeps;
using VaeSweep.Torch;

namespace VaeSweep.Benchmarks;

/// <summary>VaeSweep's side of a benchmark: a model in training, on one thread.</summary>
internal sealed class OwnModel : IDisposable
{
    private const int Dimensions = 784;

    private readonly PackModel _model;
    private readonly Adam _adam;
    private readonly Tensor[] _batches;
    private readonly Tensor _beta;
    private readonly Tensor[] _noise;
    private readonly NoiseStream _stream = new(1);

    /// <param name="warmUp">Steps that are not counted: past the compiler's tiers.</param>
    public OwnModel(ModelConfig config, ObjectiveConfig objective, int batch, float[] pixels, int warmUp)
    {
        torch.set_num_threads(1);
        Denormals.FlushToZero();
        _model = PackModel.Create(config, objective, Dimensions, [1], CPU, ScalarType.Float32);
        _model.Training = true;
        _adam = new Adam([.. _model.Parameters.Select(p => p.Tensor)], [new AdamOptions()]);
        _batches = [.. Enumerable.Range(0, pixels.Length / Dimensions / batch)
            .Select(i => torch.tensor(pixels[(i * batch * Dimensions)..((i + 1) * batch * Dimensions)], [1, batch, Dimensions]))];
        _beta = torch.ones(1);
        _noise = [.. _model.NoiseShapes(batch, objective.K).Select(shape => torch.empty(shape))];
        Steps(warmUp);
    }

    /// <summary>The libraries and kernels behind it, in words.</summary>
    public static string Describe() => $"libtorch {TorchRuntime.TorchVersion}, {TorchRuntime.CpuKernels} kernels";

    /// <summary>How many numbers are trained.</summary>
    public long ParameterCount => _model.Parameters.Sum(parameter => parameter.Tensor.numel());

    /// <summary>Seconds of processor time that so many training steps take.</summary>
    public double Steps(int count)
    {
        var start = ThreadClock.Seconds;
        for (var i = 0; i < count; i++)
        {
            using var scope = torch.NewDisposeScope();
            foreach (var noise in _noise)
                noise.normal_(0, 1, _stream);

            using var tape = new Tape();
            tape.Backward(_model.Step(_batches[i % _batches.Length], _beta, _noise).Loss);
            _adam.step();
        }

        return ThreadClock.Seconds - start;
    }

    /// <summary>Seconds of processor time that the log-likelihood of the first images takes.</summary>
    public double Likelihood(int images, int samples)
    {
        using var scope = torch.NewDisposeScope();
        var x = _batches[0].narrow(1, 0, images);
        var start = ThreadClock.Seconds;
        _model.LogLikelihood(x, samples, [_stream]);
        return ThreadClock.Seconds - start;
    }

    /// <summary>What training maximises, in nats per image, averaged over all images and as many draws of noise as asked for;
    /// nothing is learnt.</summary>
    public double Bound(int draws)
    {
        using var noGrad = torch.no_grad();
        var sum = 0.0;
        for (var draw = 0; draw < draws; draw++)
        {
            foreach (var batch in _batches)
            {
                using var scope = torch.NewDisposeScope();
                foreach (var noise in _noise)
                    noise.normal_(0, 1, _stream);

                sum += _model.Step(batch, _beta, _noise).Objective.sum().item<float>();
            }
        }

        return sum / draws / _batches.Length;
    }

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[.. _batches, _beta, .. _noise])
            tensor.Dispose();

        _adam.Dispose();
        _model.Dispose();
    }
}
