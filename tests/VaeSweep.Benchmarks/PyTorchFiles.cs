using VaeSweep.Torch;

namespace VaeSweep.Benchmarks;

/// <summary>What PyTorch's side reads: the model and the images. Gone when disposed.</summary>
internal sealed class PyTorchFiles : IDisposable
{
    private readonly string _config = Path.GetTempFileName();
    private readonly string _images = Path.GetTempFileName();

    public async Task WriteAsync(FamilyCase model, BenchmarkImages images, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(_config, model.ForPyTorch(), cancellationToken);
        await images.WriteAsync(_images, cancellationToken);
    }

    /// <summary>A child with the BLAS kernels that this process uses.</summary>
    public PyTorchChild Start(string script) => new(script, [_config, _images], TorchRuntime.BlasCoreType);

    public void Dispose()
    {
        File.Delete(_config);
        File.Delete(_images);
    }
}
