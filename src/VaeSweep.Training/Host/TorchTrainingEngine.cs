using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>Trains packs on libtorch, on one device. Lives and is used on one thread.</summary>
public sealed class TorchTrainingEngine : ITrainingEngine
{
    private readonly DatasetCache _datasets;
    private readonly TrainingServices _services;

    /// <param name="device">As this process sees it: a trainer that was given cuda:3 sees it as cuda:0.</param>
    /// <exception cref="TorchLibraryException">libtorch is missing or does not fit.</exception>
    /// <exception cref="InvalidOperationException">The device is not there.</exception>
    public TorchTrainingEngine(Device device, DatasetStore datasets, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        TorchRuntime.Load();
        if (device.type == DeviceType.CUDA && torch.cuda.device_count() <= device.index)
        {
            throw new InvalidOperationException(
                $"{device} was asked for, and libtorch {TorchRuntime.TorchVersion} sees {torch.cuda.device_count()} GPUs. "
                    + "`vaesweep doctor` says what it found and how to use a GPU.");
        }

        torch.set_num_threads(1);
        _datasets = new DatasetCache(datasets);
        _services = new TrainingServices(
            device, timeProvider ?? TimeProvider.System, new CheckpointWriter(), Training.Provenance.Collect(device));
    }

    /// <inheritdoc/>
    public string Provenance => _services.Provenance;

    /// <inheritdoc/>
    public void Run(TrainerJob job, IJobContext context)
    {
        // Of this thread; the moments of never-lit pixels and what a model is nearly sure of decay into them.
        Denormals.FlushToZero();
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            new JobRun(_services, _datasets, job, context).Run();
        }
        finally
        {
            _services.Checkpoints.Drain();
            // The next job may have other shapes: what this one used must not be kept for nothing.
            _ = Libc.TrimMemory(0);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _services.Checkpoints.Dispose();
}
