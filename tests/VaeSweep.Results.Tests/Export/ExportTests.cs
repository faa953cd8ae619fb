using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Parquet;
using Parquet.Schema;
using VaeSweep.Store;
using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Results.Tests;

public sealed class ExportTests : IDisposable
{
    private static readonly MadeUpTrial[] _trials =
    [
        At(k: 1, seed: 0, 90), At(k: 5, seed: 0, 88) with { TrainElbo = -101.5 }, At(k: 5, seed: 1, null, TrialState.Failed),
        At(k: 5, seed: 2, null, TrialState.Queued),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-export-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Csv_is_a_folder_with_every_setting_in_a_column_of_its_own()
    {
        await using var store = await StoreAsync();

        var told = await ExportAsync(store, "csv");

        var trials = await File.ReadAllLinesAsync(Path.Combine(_folder, "out", "trials.csv"), Token);
        Assert.EndsWith(",model.decoder,objective.k", trials[0], StringComparison.Ordinal);
        Assert.Equal(5, trials.Length);
        Assert.EndsWith(",bernoulli,5", trials[2], StringComparison.Ordinal);
        Assert.Equal(3, (await File.ReadAllLinesAsync(Path.Combine(_folder, "out", "epochs.csv"), Token)).Length);
        Assert.Equal(7, (await File.ReadAllLinesAsync(Path.Combine(_folder, "out", "units.csv"), Token)).Length);
        Assert.Equal(["4 trials, 2 epochs, 6 units, 2 evaluations, 3 attempts"], told);
    }

    [Fact]
    public async Task Parquet_has_a_typed_column_for_every_setting_and_score()
    {
        await using var store = await StoreAsync();

        var told = await ExportAsync(store, "parquet");

        Assert.Equal(["4 trials, 2 epochs"], told);
        var trials = await ColumnsAsync("trials.parquet");
        Assert.Equal([1L, 5L, 5L, 5L], trials["objective.k"]);
        Assert.Equal(["bernoulli", "bernoulli", "bernoulli", "bernoulli"], trials["model.decoder"]);
        Assert.Equal([90.0, 88.0, null, null], trials["test_nll"]);
        Assert.Equal(["succeeded", "succeeded", "failed", "queued"], trials["state"]);
        Assert.IsType<DateTime>(trials["started_at"][0]);
        Assert.IsType<bool>(trials["ended_early"][0]);
        Assert.Null(trials["ended_early"][3]);
        var epochs = await ColumnsAsync("epochs.parquet");
        Assert.Equal([1L, 1L], epochs["epoch"]);
        Assert.Contains(-101.5, epochs["train_elbo"]);
        Assert.Equal([7L], epochs["active_units"].Where(units => units is not null).Distinct());
    }

    [Fact]
    public async Task Parquet_of_a_sweep_without_epochs_is_a_file_that_is_read_back()
    {
        await using var made = await TrainedStore.MadeAsync(At(k: 5, seed: 2, null, TrialState.Queued));

        await ExportAsync(made, "parquet");

        Assert.Empty((await ColumnsAsync("epochs.parquet"))["epoch"]);
        Assert.Equal(["queued"], (await ColumnsAsync("trials.parquet"))["state"]);
    }

    [Fact]
    public async Task A_line_of_json_lines_is_a_whole_trial()
    {
        await using var store = await StoreAsync();

        await ExportAsync(store, "jsonl");

        var lines = (await File.ReadAllLinesAsync(Path.Combine(_folder, "out"), Token))
            .Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(["succeeded", "succeeded", "failed", "queued"], lines.Select(l => l.GetProperty("state").GetString()));
        Assert.Equal(5, lines[1].GetProperty("config").GetProperty("objective.k").GetInt32());
        Assert.Equal(88, lines[1].GetProperty("evaluations")[0].GetProperty("value").GetDouble());
        Assert.Equal(-101.5, lines[1].GetProperty("epochs")[0].GetProperty("train_elbo").GetDouble());
        Assert.Equal("host", lines[1].GetProperty("attempts")[0].GetProperty("provenance").GetProperty("host").GetString());
        Assert.Equal(0, lines[3].GetProperty("epochs").GetArrayLength());
    }

    [Fact]
    public async Task What_confirms_and_what_is_a_copy_is_told_with_every_trial()
    {
        await using var store = await TrainedStore.MadeAsync([.. _trials, At(k: 1, seed: 7, 89) with { Confirms = true }]);
        var all = await store.Store.FindTrialsAsync("", null, 10, Token);
        var donor = all.First(one => one.State == TrialState.Succeeded);
        var failed = all.Single(one => one.State == TrialState.Failed);
        var child = new Trial(9, new string('e', 64), At(k: 9, seed: 1, null).Config, 1, "pack", 2);
        await ((LedgerStore)store.Store).ScheduleAsync(
            "s", "name: s\n", [], [new CloneMove(failed.Key, donor.Key, child, 1, 1, "k 1 to 9")], Token);

        await ExportAsync(store, "csv");
        var csv = (await File.ReadAllLinesAsync(Path.Combine(_folder, "out", "trials.csv"), Token))
            .Select(line => line.Split(',')).ToList();
        await ExportAsync(store, "parquet");
        var parquet = await ColumnsAsync("trials.parquet");
        Directory.Delete(Path.Combine(_folder, "out"), recursive: true);
        await ExportAsync(store, "jsonl");
        var lines = (await File.ReadAllLinesAsync(Path.Combine(_folder, "out"), Token))
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Equal([0L, 0L, 0L, 1L, 0L, 0L], parquet["round"]);
        Assert.Equal([null, null, null, null, null, donor.Id], parquet["parent"]);
        Assert.Equal(parquet["round"], csv.Skip(1).Select(row => (object?)long.Parse(Of(row, "round"))));
        Assert.Equal(parquet["parent"].Select(one => one ?? ""), csv.Skip(1).Select(row => Of(row, "parent")));
        Assert.Equal(parquet["round"], lines.Select(line => (object?)line.GetProperty("round").GetInt64()));
        Assert.Equal(parquet["parent"], lines.Select(line => (object?)line.GetProperty("parent").GetString()));

        string Of(string[] row, string column) => row[Array.IndexOf(csv[0], column)];
    }

    [Fact]
    public async Task TensorBoards_event_files_are_read_back_by_a_reader_made_from_their_definition()
    {
        await using var store = await StoreAsync();

        var told = await ExportAsync(store, "tensorboard");

        var run = Directory.GetDirectories(Path.Combine(_folder, "out"), "k=5,seed=0-*").Single();
        var events = await ReadEventsAsync(Directory.GetFiles(run, "events.out.tfevents.*").Single());
        Assert.Equal("brain.Event:2", events[0][3].GetString());
        var scalars = events.Where(e => e.GetArrayLength() == 4).Skip(1)
            .ToDictionary(e => e[2].GetString()!, e => (Step: e[1].GetInt32(), Value: e[3].GetDouble()), StringComparer.Ordinal);
        Assert.Equal((1, -101.5), scalars["elbo/train"]);
        Assert.Equal((1, 7.0), scalars["training/active_units"]);
        Assert.Equal((1, 88.0), scalars["final/test_nll"]);
        // Two seconds of training after the first claim.
        Assert.Equal(2, events.First(e => e[2].GetString() == "elbo/train")[0].GetDouble() - events[0][0].GetDouble(), 3);
        var plugins = events.Where(e => e.GetArrayLength() == 5)
            .ToDictionary(e => e[2].GetString()!, e => e[4], StringComparer.Ordinal);
        Assert.Equal(
            (5.0, 0.0), (plugins["_hparams_/session_start_info"].GetProperty("objective.k")
                .GetDouble(), plugins["_hparams_/session_start_info"].GetProperty("seed").GetDouble()));
        Assert.Equal(1, plugins["_hparams_/session_end_info"].GetInt32());
        Assert.Equal(
            ["1 of them have no epoch, and hyperparameters alone: 1 failed (nan)", "1 trial has not begun and is left out"],
            told.Skip(1));
        Assert.Equal(3, Directory.GetDirectories(Path.Combine(_folder, "out")).Length);
    }

    [Fact]
    public async Task Latex_is_a_table_environment_with_a_caption_and_a_label()
    {
        await using var store = await StoreAsync();

        await ExportAsync(store, "latex");

        var text = await File.ReadAllTextAsync(Path.Combine(_folder, "out"), Token);
        Assert.StartsWith("\\begin{table}\n\\centering\n\\caption{s: minus the importance-sampled log-likelihood", text,
            StringComparison.Ordinal);
        Assert.Contains("\\label{tab:s}\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\\end{table}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_file_is_gone_is_told_and_the_others_have_cards()
    {
        await using var store = await StoreAsync();

        var told = await ExportAsync(store, "models");

        Assert.Equal("0 models", told[0]);
        Assert.StartsWith("2 model files are not on this machine: ", told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_export_is_answered_with_the_nearest()
    {
        var error = Assert.Throws<ResultsException>(() => Exporters.Get("tensorbord"));

        Assert.Contains("Did you mean 'tensorboard'?", error.Message, StringComparison.Ordinal);
    }

    private static MadeUpTrial At(int k, int seed, double? value, TrialState state = TrialState.Succeeded) =>
        new($$"""{"model.decoder":"bernoulli","objective.k":{{k}},"seed":{{seed}}}""", seed, value, state);

    private static async Task<List<JsonElement>> ReadEventsAsync(string file, [CallerFilePath] string here = "")
    {
        var start = new ProcessStartInfo(
            "/usr/bin/python3", [Path.Combine(Path.GetDirectoryName(here)!, "read_events.py"), file]) { RedirectStandardOutput =
                true, UseShellExecute = false };
        using var python = Process.Start(start)!;
        var lines = await python.StandardOutput.ReadToEndAsync(Token);
        await python.WaitForExitAsync(Token);
        Assert.Equal(0, python.ExitCode);
        return [.. lines.TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement)];
    }

    private static Task<TrainedStore> StoreAsync() => TrainedStore.MadeAsync(_trials);

    private async Task<IReadOnlyList<string>> ExportAsync(TrainedStore store, string name) => await Exporters.Get(name)
        .ExportAsync(
        new ExportJob(store.Store, "s", new ComparisonRequest("s", MetricCatalog.Get("test_nll"), null, []),
            Path.Combine(_folder, "out")), Token);

    // As its own library reads it; the signs at both ends as well.
    private async Task<Dictionary<string, List<object?>>> ColumnsAsync(string name)
    {
        var path = Path.Combine(_folder, "out", name);
        var bytes = await File.ReadAllBytesAsync(path, Token);
        Assert.Equal("PAR1", Encoding.ASCII.GetString(bytes, 0, 4));
        Assert.Equal("PAR1", Encoding.ASCII.GetString(bytes, bytes.Length - 4, 4));
        await using var file = await ParquetReader.CreateAsync(path, cancellationToken: Token);
        var columns = file.Schema.DataFields.ToDictionary(field => field.Name, _ => new List<object?>(), StringComparer.Ordinal);
        for (var i = 0; i < file.RowGroupCount; i++)
        {
            using var group = file.OpenRowGroupReader(i);
            foreach (var field in file.Schema.DataFields)
            {
                var rows = (int)group.RowCount;
                columns[field.Name].AddRange(
                    field.ClrType == typeof(ReadOnlyMemory<char>) ? await TextAsync(group, field, rows)
                    : field.ClrType == typeof(long) ? await NumbersAsync<long>(group, field, rows)
                    : field.ClrType == typeof(double) ? await NumbersAsync<double>(group, field, rows)
                    : field.ClrType == typeof(bool) ? await NumbersAsync<bool>(group, field, rows)
                    : await NumbersAsync<DateTime>(group, field, rows));
            }
        }

        return columns;
    }

    private static async Task<IEnumerable<object?>> TextAsync(ParquetRowGroupReader group, DataField field, int rows)
    {
        var values = new string?[rows];
        await group.ReadAsync(field, values.AsMemory(), cancellationToken: Token);
        return values;
    }

    private static async Task<IEnumerable<object?>> NumbersAsync<T>(ParquetRowGroupReader group, DataField field, int rows)
        where T : struct
    {
        var values = new T?[rows];
        await group.ReadAsync<T>(field, values.AsMemory(), cancellationToken: Token);
        return values.Select(value => (object?)value);
    }
}
