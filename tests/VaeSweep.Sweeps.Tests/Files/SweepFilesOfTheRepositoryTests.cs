using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeSweep.Sweeps.Tests;

public sealed class SweepFilesOfTheRepositoryTests
{
    private const string Short = "# Short: --set ";

    public static TheoryData<string> Files()
    {
        var folder = Path.Combine(Root(), "sweeps");
        return new TheoryData<string>(
            Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_sweep_file_reads_without_faults_and_without_warnings(string file)
    {
        var sweep = SweepFile.Load(Path.Combine(Root(), "sweeps", file));

        Assert.Empty(sweep.Warnings);
        Assert.InRange(sweep.Count(), 2, 100_000);
        Assert.Equal(sweep.Count(), sweep.Expand().LongCount());
        Assert.NotNull(sweep.Table.Metric);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_sweep_file_names_overrides_that_make_it_short(string file)
    {
        var path = Path.Combine(Root(), "sweeps", file);
        var line = File.ReadLines(path).Single(text => text.StartsWith(Short, StringComparison.Ordinal));
        var overrides = line[Short.Length..].Split(" --set ");

        var full = SweepFile.Load(path);
        var shorter = SweepFile.Load(path, overrides);

        Assert.Empty(shorter.Warnings);
        Assert.True(Work(shorter) * 20 < Work(full), $"{Work(shorter):g3} multiply-adds are not much less than {Work(full):g3}.");
    }

    public static TheoryData<string> Packs() =>
        new(Files().Select(row => row.Data).Where(file => file.StartsWith("papers", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Packs))]
    public void Every_pack_names_its_source_its_deviations_and_what_it_costs(string file)
    {
        var path = Path.Combine(Root(), "sweeps", file);
        var sweep = SweepFile.Load(path);

        var estimate = PlanEstimate.Of(sweep.Expand(), sweep.Count(), devices: 1, [], PlanEstimate.AssumedCpuRate);

        string[] header = [.. File.ReadLines(path).TakeWhile(line => line.StartsWith('#'))];
        Assert.Contains(header, line => line.StartsWith("# Document: ", StringComparison.Ordinal));
        Assert.Contains(header, line => line.StartsWith("# Deviations and guesses:", StringComparison.Ordinal));
        var cost = header.Single(line => line.StartsWith("# Cost: ", StringComparison.Ordinal));
        double[] hours = [.. Regex.Matches(cost, @"([\d.]+) hours")
            .Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(2, hours.Length);
        Assert.InRange(hours[0], 0.85 * estimate.DeviceTime!.Value.TotalHours, 1.15 * estimate.DeviceTime.Value.TotalHours);
        Assert.InRange(hours[1], 0.85 * estimate.H200Time.TotalHours, 1.15 * estimate.H200Time.TotalHours);
    }

    [Theory]
    [MemberData(nameof(Packs))]
    public void Every_pack_is_short_in_its_short_form(string file)
    {
        var path = Path.Combine(Root(), "sweeps", file);
        var overrides = File.ReadLines(path).Single(text => text.StartsWith(Short, StringComparison.Ordinal))[Short.Length..]
            .Split(" --set ");

        var shorter = SweepFile.Load(path, overrides);

        var estimate = PlanEstimate.Of(shorter.Expand(), shorter.Count(), devices: 1, [], PlanEstimate.AssumedCpuRate);
        Assert.InRange(estimate.DeviceTime!.Value.TotalMinutes, 0, 20);
    }

    [Fact]
    public void The_quickstart_is_small_enough_for_four_minutes_on_two_cores()
    {
        var sweep = SweepFile.Load(Path.Combine(Root(), "sweeps", "quickstart.yaml"));

        var estimate = PlanEstimate.Of(sweep.Expand(), sweep.Count(), devices: 2, [], PlanEstimate.AssumedCpuRate);

        Assert.InRange(estimate.WallTime!.Value.TotalMinutes, 0.5, 3);
    }

    private static double Work(SweepDefinition sweep) => sweep.Expand()
        .Sum(trial => TrialCost.Of(TrialConfigJson.Parse(trial.ConfigJson)).PerEpoch * trial.Epochs);

    internal static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "VaeSweep.sln")))
            folder = Path.GetDirectoryName(folder);

        return folder ?? throw new InvalidOperationException("The tests do not lie under VaeSweep.sln.");
    }
}
