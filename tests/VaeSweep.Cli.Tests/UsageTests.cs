namespace VaeSweep.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_wrong_sweep_file_is_answered_with_every_fault_and_its_place()
    {
        var file = _cli.File("bad.yaml", """
            name: bad
            dataset: { name: mnist }
            model: { latent_dims: 5 }
            train: { epochs: many }
            """);

        var answer = await _cli.RunAsync("run", file);

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains($"{file}:3:", answer.Error, StringComparison.Ordinal);
        Assert.Contains($"{file}:4:", answer.Error, StringComparison.Ordinal);
        Assert.Contains("latent_dims", answer.Error, StringComparison.Ordinal);
        Assert.Contains("2 faults; nothing was run.", answer.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.Store));
    }

    [Fact]
    public async Task A_sweep_file_that_is_not_there_is_wrong_usage()
    {
        var answer = await _cli.RunAsync("run", "no-such.yaml");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("no-such.yaml", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("run")]
    [InlineData("submit")]
    public async Task A_subset_of_classes_without_an_image_is_wrong_usage(string command)
    {
        var answer = await _cli.RunAsync(command, _cli.Sweep(), "--set", "dataset.classes=[0, 7]");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("dataset.classes [0, 7]: the classes of sprites are 0 to 2.", answer.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.Store));
    }

    [Fact]
    public async Task An_unknown_sweep_is_answered_with_the_nearest_name()
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync("status", "dmeo");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("Did you mean 'demo'?", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_metric_is_answered_with_the_nearest_name()
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync("table", "demo", "--metric", "test_nl");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("Did you mean 'test_nll'?", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_path_to_group_by_is_answered_with_the_nearest_name()
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync("table", "demo", "--by", "objective.kk");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("Did you mean 'objective.k'?", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stauts", "status")]
    [InlineData("tabel", "table")]
    [InlineData("resmue", "resume")]
    public async Task A_mistyped_command_is_answered_with_the_nearest_one(string typed, string meant)
    {
        var answer = await _cli.RunAsync(typed, "demo");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains($"Did you mean '{meant}'?", answer.Error, StringComparison.Ordinal);
        Assert.Equal("", answer.Out);
    }

    [Theory]
    [InlineData("stauts")]
    [InlineData("stauts", "demo", "-f", "json")]
    [InlineData("help", "stauts")]
    [InlineData("store", "cehck")]
    public async Task A_mistyped_command_is_one_fault(params string[] line)
    {
        var answer = await _cli.RunAsync(line);

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Matches("^vaesweep: there is no command '[^\n]+\nSee: vaesweep [^\n]*--help\n$",
            answer.Error.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("Commands:")]
    [InlineData("Commands:", "help")]
    [InlineData("SWEEP.yaml", "help", "plan")]
    [InlineData("backup", "store")]
    public async Task Help_is_shown_to_who_asks_for_it_or_names_no_command(string part, params string[] line)
    {
        var answer = await _cli.RunAsync(line);

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Contains(part, answer.Out, StringComparison.Ordinal);
        Assert.Equal("", answer.Error);
    }

    [Theory]
    [InlineData("set demo --priority abc", "--priority takes a whole number; found 'abc'.")]
    [InlineData("set demo --priority 99999999999", "--priority takes a whole number from -1000 to 1000; found 99999999999.")]
    [InlineData("plot curves demo --seed 99999999999999999999",
        "--seed takes a whole number from -9223372036854775808 to 9223372036854775807; found '99999999999999999999'.")]
    [InlineData("set demo --priority 2000", "--priority takes a whole number from -1000 to 1000; found 2000.")]
    [InlineData("table demo --interval 1", "--interval takes t or bootstrap; found '1'.")]
    [InlineData("table demo --metrc test_nll", "table has no option '--metrc'. Did you mean '--metric'?")]
    [InlineData("why demo k=5 --metrc test_nll", "why has no option '--metrc'. Did you mean '--metric'?")]
    [InlineData("table demo --store x.db --by", "--by needs a value: --by <a,b>.")]
    [InlineData("generate", "generate needs --output <file>")]
    [InlineData("show", "show needs TRIAL: the start of a trial's id.")]
    [InlineData("demo.yaml", "vaesweep run demo.yaml")]
    public async Task Wrong_usage_is_told_in_words(string line, string said)
    {
        var answer = await _cli.RunAsync(line.Split(' '));

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains(said, answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_value_is_taken_for_a_variable_that_was_not_set()
    {
        var answer = await _cli.RunAsync("table", "", "--store", _cli.Store);

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("SWEEP is given an empty value", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_never_longer_than_a_screen()
    {
        var keys = string.Concat(Enumerable.Range(0, 200).Select(i => $"wrong{i}: 1\n"));

        var answer = await _cli.RunAsync("plan", _cli.File("many.yaml", "name: many\n" + keys));

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.InRange(answer.Error.Count(c => c == '\n'), 2, 20);
        Assert.Contains("... and 185 more", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_that_a_command_does_not_have_is_refused_with_those_that_it_has()
    {
        var answer = await _cli.RunAsync("list", "--format", "latex");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("text, json, csv", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_is_named_before_anything_runs()
    {
        var answer = await _cli.RunAsync("run", _cli.Sweep(), "--store", "/proc/vaesweep/none.db");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("/proc/vaesweep", answer.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Launcher.Trained);
    }

    [Fact]
    public async Task A_file_that_is_no_store_is_refused()
    {
        var file = _cli.File("notes.txt", new string('x', 5000));

        var answer = await _cli.RunAsync("list", "--store", file);

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("notes.txt", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_makes_no_store()
    {
        var answer = await _cli.RunAsync("list");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("there is no store at", answer.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.Store));
    }

    [Fact]
    public async Task The_store_is_taken_from_the_environment()
    {
        _cli.Environment["VAESWEEP_STORE"] = Path.Combine(Path.GetDirectoryName(_cli.Store)!, "other.db");

        await _cli.RunAsync("submit", _cli.Sweep());

        Assert.True(File.Exists(_cli.Environment["VAESWEEP_STORE"]));
    }

    [Theory]
    [InlineData("DELETE FROM trials")]
    [InlineData("DROP VIEW trials")]
    [InlineData("UPDATE sweeps SET state = 'paused'")]
    [InlineData("ATTACH 'x.db' AS x")]
    [InlineData("PRAGMA query_only = OFF")]
    public async Task A_query_cannot_write(string sql)
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync("query", sql);
        var list = await _cli.RunAsync("list", "-f", "json");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Equal(4, list.Json()[0].GetProperty("trials").GetInt32());
        Assert.Equal("active", list.Json()[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_wrong_query_is_pointed_at()
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync("query", "SELECT trial, stat FROM trials");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("stat", answer.Error, StringComparison.Ordinal);
        Assert.Contains("  SELECT trial, stat FROM trials\n                ^", answer.Error.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_that_the_machine_does_not_have_are_refused_before_anything_is_stored()
    {
        var answer = await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:4000");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("4000", answer.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.Store));
    }

    [Fact]
    public async Task Every_command_has_help()
    {
        var help = await _cli.RunAsync("--help");

        Assert.Equal(ExitCodes.Done, help.Code);
        foreach (var name in new[] { "run", "plan", "submit", "worker", "resume", "pause", "stop", "retry", "list", "status",
            "watch", "show", "nodes", "table", "query", "data", "doctor" })
        {
            Assert.Contains($"  {name} ", help.Out, StringComparison.Ordinal);
            Assert.Equal(ExitCodes.Done, (await _cli.RunAsync(name, "--help")).Code);
        }

        Assert.DoesNotContain("trainer", help.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_views_of_query_are_listed()
    {
        var answer = await _cli.RunAsync("query", "--views", "-f", "json");

        Assert.Contains(answer.Json().EnumerateArray(), r => r.GetProperty("view").GetString() == "epochs"
            && r.GetProperty("column").GetString() == "grad_norm");
    }

    [Fact]
    public async Task Doctor_gives_every_line_a_state_and_never_crashes()
    {
        var answer = await _cli.RunAsync("doctor", "-f", "json");

        var rows = answer.Json().EnumerateArray().ToList();
        Assert.Contains(rows, r => r.GetProperty("check").GetString() == "libtorch");
        Assert.Contains(rows, r => r.GetProperty("check").GetString() == "store");
        Assert.All(rows, r => Assert.Contains(r.GetProperty("state").GetString()!, new[] { "ok", "note", "missing" }));
        Assert.Equal(rows.Any(r => r.GetProperty("state").GetString() == "missing")
            ? ExitCodes.Failed : ExitCodes.Done, answer.Code);
    }
}
