namespace VaeSweep.Sweeps.Tests;

public sealed class SweepFilesOfTheRepositoryTests
{
    private const string Short = "# Short: --set ";

    public static TheoryData<string> Files()
    {
        string folder = Path.Combine(Root(), "sweeps");
        return new TheoryData<string>(Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_sweep_file_reads_without_faults_and_without_warnings(string file)
    {
        SweepDefinition sweep = SweepFile.Load(Path.Combine(Root(), "sweeps", file));

        Assert.Empty(sweep.Warnings);
        Assert.InRange(sweep.Count(), 2, 100_000);
        Assert.Equal(sweep.Count(), sweep.Expand().LongCount());
        Assert.NotNull(sweep.Table.Metric);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_sweep_file_names_overrides_that_make_it_short(string file)
    {
        string path = Path.Combine(Root(), "sweeps", file);
        string line = File.ReadLines(path).Single(text => text.StartsWith(Short, StringComparison.Ordinal));
        string[] overrides = line[Short.Length..].Split(" --set ");

        SweepDefinition full = SweepFile.Load(path);
        SweepDefinition shorter = SweepFile.Load(path, overrides);

        Assert.Empty(shorter.Warnings);
        Assert.True(Work(shorter) * 20 < Work(full), $"{Work(shorter):g3} multiply-adds are not much less than {Work(full):g3}.");
    }

    [Fact]
    public void The_quickstart_is_small_enough_for_four_minutes_on_two_cores()
    {
        SweepDefinition sweep = SweepFile.Load(Path.Combine(Root(), "sweeps", "quickstart.yaml"));

        PlanEstimate estimate = PlanEstimate.Of(sweep.Expand(), sweep.Count(), devices: 2, [], PlanEstimate.AssumedCpuRate);

        Assert.InRange(estimate.WallTime!.Value.TotalMinutes, 0.5, 3);
    }

    private static double Work(SweepDefinition sweep) => sweep.Expand().Sum(trial => TrialCost.Of(TrialConfigJson.Parse(trial.ConfigJson)).PerEpoch * trial.Epochs);

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "VaeSweep.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests do not lie under VaeSweep.sln.");
    }
}
