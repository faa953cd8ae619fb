using System.Diagnostics;
using VaeSweep.Models;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli.Tests;

/// <summary>What a sweep file may name and what can be built are said in different projects, and must be the same.</summary>
public sealed class KindTests
{
    public static TheoryData<string, IReadOnlyList<string>> Built => new()
    {
        { "model.family", ModelNames.Families },
        { "model.activation", ModelNames.Activations },
        { "model.init", ModelNames.Initialisations },
        { "model.decoder", ModelNames.Decoders },
        { "model.prior", ModelNames.Priors },
        { "model.posterior", ModelNames.Posteriors },
        { "model.encoder_head", ModelNames.EncoderHeads },
        { "model.pseudo_init", ModelNames.PseudoInputStarts },
        { "objective.free_bits_form", ModelNames.FreeBitsForms },
        { "objective.bound", ModelNames.Bounds },
        { "dataset.name", [.. DatasetCatalog.Default.Sources.Select(source => source.Name)] },
    };

    [Theory]
    [MemberData(nameof(Built))]
    public void A_sweep_file_may_name_exactly_what_is_built(string path, IReadOnlyList<string> built) =>
        Assert.Equal(built, ConfigSchema.Find(path)!.Allowed);

    [Fact]
    public async Task Data_sets_are_listed_without_libtorch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process loads is asked of Linux's loader.");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "vaesweep.dll"), "data", "list"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["LD_DEBUG"] = "files";

        using var process = Process.Start(start)!;
        var loaded = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var listed = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Contains("sprites", listed, StringComparison.Ordinal);
        Assert.Contains("libcoreclr", await loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", await loaded, StringComparison.Ordinal);
    }
}
