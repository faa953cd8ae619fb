using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>Turns rows of a file into trials that others have trained.</summary>
/// <param name="definition">Of the sweep that they are to stand in: what a row does not say is as in its trials.</param>
/// <param name="file">As it is named in messages; its name marks the trials.</param>
internal sealed class ImportedResults(SweepDefinition definition, string file)
{
    /// <summary>Others' trials stand behind ours.</summary>
    private const long FirstIndex = 2_000_000_000;

    /// <summary>A column whose name begins with it is for readers of the file.</summary>
    private const char Remark = '#';

    private readonly ShortNames _names = new(definition);
    private readonly List<SweepFault> _faults = [];
    private readonly string _base = SweepText.Of("imported", definition.Expand().First().ConfigJson);
    private readonly string _source = Path.GetFileName(file);

    /// <exception cref="SweepFileException">A row cannot be used; all of them are named, and nothing is imported.</exception>
    public IReadOnlyList<ImportedTrial> Read(string text)
    {
        var trials = new List<ImportedTrial>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in ResultsFile.Parse(text, file))
        {
            if (row.Count == 0 || Trial(row, trials.Count) is not { } trial)
                continue;
            if (lines.TryGetValue(trial.Trial.Fingerprint, out var line))
                Fault(row[0], $"the same configuration and seed as in line {line}; a trial has one row.");
            else
                trials.Add(trial);
            lines.TryAdd(trial.Trial.Fingerprint, row[0].Line);
        }

        if (_faults.Count == 0 && trials.Count == 0)
            _faults.Add(new(file, 1, 1, "has no row of results."));
        return _faults.Count == 0 ? trials : throw new SweepFileException([.. _faults]);
    }

    private ImportedTrial? Trial(IReadOnlyList<ResultsCell> row, int number)
    {
        var (seed, before) = (0L, _faults.Count);
        var (overrides, paths) = (new List<string>(), new List<(string Path, ResultsCell Cell)>());
        var scores = new List<Evaluation>();
        foreach (var cell in row.Where(cell => !cell.Name.StartsWith(Remark)))
        {
            var beforeCell = _faults.Count;
            var path = PathOf(cell);
            if (MetricList.Find(cell.Name) is { Kept: false } metric)
            {
                Score(cell, metric, scores);
            }
            else if (cell.Name == "seed")
            {
                if (!long.TryParse(cell.Text, NumberStyles.None, CultureInfo.InvariantCulture, out seed))
                    Fault(cell, $"a seed is a whole number, at least 0; found '{cell.Text}'.");
            }
            else if (path is not null)
            {
                paths.Add((path, cell));
            }
            else if (beforeCell == _faults.Count)
            {
                Fault(cell, $"'{cell.Name}' is neither a configuration path, nor seed, nor a metric."
                    + NearestName.Suggest(cell.Name, ConfigSchema.Writable.Concat(MetricList.All.Select(one => one.Name)))
                    + $" A column that is not to be read is named with {Remark} before it: {Remark}{cell.Name}.");
            }
        }

        foreach (var varies in definition.VaryingPaths.Where(path => !paths.Exists(one => IsSame(one.Path, path))))
            Fault(row[0], $"says nothing of {varies}, which varies in {definition.Name}: add a column for it.");
        if (scores.Count == 0 && before == _faults.Count)
            Fault(row[0], "has no value of any metric (test_nll, test_elbo, ...).");
        if (before != _faults.Count)
            return null;
        overrides.AddRange(paths.Select(one => $"{one.Path}={one.Cell.Text}"));
        return Made(row, paths, [.. overrides, $"seeds=[{seed}]"], scores, number);
    }

    private ImportedTrial? Made(
        IReadOnlyList<ResultsCell> row, List<(string Path, ResultsCell Cell)> paths, IReadOnlyList<string> overrides,
        List<Evaluation> scores, int number)
    {
        try
        {
            var trial = SweepFile.Parse(_base, file, overrides).Expand().First();
            // Part of the configuration: it is never the same trial as ours, and stands in a row of its own.
            var config = TrialConfigJson.WithImported(trial.ConfigJson, _source);
            var print = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{trial.Fingerprint} {_source}")));
            return new ImportedTrial(
                new Trial(FirstIndex + number, print, config, trial.Seed, trial.PackKey, trial.Epochs),
                TrialState.Succeeded, _source)
            {
                Source = _source, Evaluations = scores,
            };
        }
        catch (SweepFileException wrong)
        {
            foreach (var fault in wrong.Faults)
            {
                var at = paths.Find(one => fault.Message.Contains(one.Path, StringComparison.Ordinal)).Cell ?? row[0];
                Fault(at, fault.Message);
            }

            return null;
        }
    }

    private string? PathOf(ResultsCell cell)
    {
        try
        {
            var path = _names.Path(cell.Name);
            return ConfigSchema.Find(path) is { Name: not "seed" } ? path : null;
        }
        catch (CliException several)
        {
            Fault(cell, several.Message);
            return null;
        }
    }

    private void Score(ResultsCell cell, Metric metric, List<Evaluation> scores)
    {
        if (double.TryParse(cell.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            scores.Add(new Evaluation(metric.Name, value, 1, 0));
        else
            Fault(cell, $"{metric.Name} takes a number; found '{cell.Text}'.");
    }

    private static bool IsSame(string one, string other) => one == other
        || ConfigSchema.Find(one)?.ShortFor == other || ConfigSchema.Find(other)?.ShortFor == one;

    private void Fault(ResultsCell at, string message) => _faults.Add(new(file, at.Line, at.Column, message));
}
