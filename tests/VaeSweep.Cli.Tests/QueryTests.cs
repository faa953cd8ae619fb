namespace VaeSweep.Cli.Tests;

public sealed class QueryTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_named_query_answers_for_one_sweep()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        var best = await _cli.RunAsync("query", "best", "demo", "--metric", "test_elbo", "--format", "json");

        Assert.Equal([-92.5, -93, -96.5, -97], best.Json().EnumerateArray().Select(row => row.GetProperty("value").GetDouble()));
    }

    [Fact]
    public async Task Json_lines_are_one_object_each()
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync("query", "SELECT seed, state FROM trials ORDER BY trial_index", "--format", "jsonl");

        Assert.Equal("""{"seed":0,"state":"queued"}""", answer.Out.Split('\n')[0]);
        Assert.Equal(5, answer.Out.Split('\n').Length);
    }

    [Fact]
    public async Task Values_are_handed_in_by_name()
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync(
            "query", "SELECT count(*) AS n FROM trials WHERE seed = @seed AND state = @state", "--param", "seed=1,state=queued",
            "--format", "csv");

        Assert.Equal("n\n2\n", answer.Out);
    }

    [Fact]
    public async Task Views_are_explained_with_the_named_queries()
    {
        var answer = await _cli.RunAsync("query", "--views");

        Assert.Contains("trials: One row a trial.", answer.Out, StringComparison.Ordinal);
        Assert.Contains("time-by-device", answer.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT seed,\n  nonsense\nFROM trials", "line 2:   nonsense\n          ^")]
    [InlineData("SELECT * FROM t_trials", "  SELECT * FROM t_trials\n                ^")]
    [InlineData("SELEKT 1", "  SELEKT 1\n  ^")]
    public async Task An_error_shows_the_place_in_the_sql(string sql, string shown)
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync("query", sql);

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains(shown, answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT state FROM epochs", "no such column: state. The views sweeps and trials have it.")]
    [InlineData("SELECT a.State FROM attempts a", "The views sweeps and trials have it.")]
    [InlineData("SELECT activty FROM epochs", "Did you mean activity? The view units has it.")]
    public async Task A_column_that_another_view_has_is_told_with_that_view(string sql, string advice)
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync("query", sql);

        Assert.Contains(advice, answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("mean state", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistyped_name_is_answered_with_the_nearest()
    {
        var answer = await _cli.RunAsync("query", "failure");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("Did you mean 'failures'?", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", """a\x1b[31mb\n""")]
    [InlineData("md", """a\x1b[31mb\n""")]
    [InlineData("csv", "\"a\u001b[31mb\n\"")]
    [InlineData("jsonl", """{"x":"a\u001B[31mb\n"}""")]
    public async Task Control_characters_reach_programs_alone(string format, string shown)
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync("query", "SELECT 'a' || char(27) || '[31mb' || char(10) AS x", "--format", format);

        Assert.Contains(shown, answer.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", "truncated: only the first 100000 rows are shown")]
    [InlineData("csv", "")]
    public async Task Rows_beyond_what_a_person_reads_are_left_to_the_formats_of_programs(string format, string said)
    {
        const string sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000) SELECT i FROM n";
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync("query", sql, "--format", format);

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Contains(said, answer.Error.Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(format == "csv", answer.Out.Contains("150000", StringComparison.Ordinal));
    }
}
