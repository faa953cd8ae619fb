namespace VaeSweep.Benchmarks;

/// <summary>What the sides read: the model and the images, the same for all. Gone when disposed.</summary>
internal sealed class SideFiles : IDisposable
{
    private SideFiles()
    {
    }

    /// <summary>JSON, names as in a sweep file; read by <see cref="ModelServer"/> and by pytorch/family_steps.py.</summary>
    public string Config { get; } = Path.GetTempFileName();

    /// <summary>Pixels as float32.</summary>
    public string Images { get; } = Path.GetTempFileName();

    public static async Task<SideFiles> WriteAsync(FamilyCase model, BenchmarkImages images, CancellationToken cancellationToken)
    {
        var files = new SideFiles();
        await File.WriteAllTextAsync(files.Config, model.ToJson(), cancellationToken);
        await images.WriteAsync(files.Images, cancellationToken);
        return files;
    }

    public void Dispose()
    {
        File.Delete(Config);
        File.Delete(Images);
    }
}
