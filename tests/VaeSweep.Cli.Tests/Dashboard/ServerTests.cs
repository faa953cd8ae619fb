using System.Net;
using System.Text.Json;
using VaeSweep.Cli.Dashboard;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Tests.Dashboard;

/// <summary>What a browser is answered, over a store that nobody has and beside a running head.</summary>
public sealed class ServerTests : IDisposable
{
    private readonly Cli _cli = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_store_that_nobody_has_is_shown_and_not_steered()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();

        var home = await browser.JsonAsync("/api/home");
        var sweep = home.GetProperty("sweeps")[0];
        var id = sweep.GetProperty("id").GetString();
        var (status, refused) = await browser.ActAsync("/api/actions/pause", $$"""{"sweep":"{{id}}"}""");

        Assert.Equal("reading", home.GetProperty("mode").GetString());
        Assert.Equal(("demo", "done", 4), (sweep.GetProperty("name").GetString(), sweep.GetProperty("stands").GetString(),
            sweep.GetProperty("states").GetProperty("succeeded").GetInt32()));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("no head has this store open", refused.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_is_the_one_that_the_command_prints()
    {
        await _cli.RunAsync("run", _cli.Sweep("[1, 5, 10]"), "--devices", "cpu:1");
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();

        var answer = await browser.JsonAsync("/api/sweeps/1/table?where=k=1|5..20&baseline=k=5&columns=test_elbo&top=2");
        var printed = (await _cli.RunAsync("table", "demo", "--where", "k=1|5..20", "--baseline", "k=5", "--columns", "test_elbo",
            "--top", "2", "--format", "json")).Json();

        Assert.Equal(Plain(printed), Plain(answer.GetProperty("table")));
        Assert.Equal(2, answer.GetProperty("cells").GetArrayLength());
        Assert.Contains("rank", answer.GetProperty("header").EnumerateArray().Select(one => one.GetString()));
        Assert.StartsWith("vaesweep table demo --where 'k=1|5..20' --baseline k=5", answer.GetProperty("command").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/sweeps/1/table?by=nope", "there is no such configuration path")]
    [InlineData("/api/sweeps/1/table?wher=k=1", "Did you mean 'where'?")]
    [InlineData("/api/sweeps/1/table?top=0", "--top")]
    [InlineData("/api/sweeps/1/table?by=--store=x", "--store=x")]
    [InlineData("/api/sweeps/1/trials?sort=nope", "there is no configuration path 'nope'")]
    [InlineData("/api/sweeps/1/trials?limit=100000", "from 0 to 1000")]
    [InlineData("/api/sweeps/1/figures/nope", "unknown figure 'nope'")]
    [InlineData("/api/compare?of=1", "from 2 to 12")]
    public async Task What_is_asked_wrongly_is_told_as_the_command_tells_it(string path, string words)
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();

        using var answer = await browser.GetAsync(path);
        var text = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("error").GetString();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trials_are_filtered_sorted_and_counted_at_the_head()
    {
        await _cli.RunAsync("run", _cli.Sweep("[1, 5, 10]"), "--devices", "cpu:1");
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();

        var page = await browser.JsonAsync("/api/sweeps/1/trials?sort=value&limit=2&offset=1&where=k=5..");
        var none = await browser.JsonAsync("/api/sweeps/1/trials?state=failed,queued");
        var trial = page.GetProperty("rows")[0];
        var one = await browser.JsonAsync($"/api/sweeps/1/trials/{trial.GetProperty("trial").GetString()}");
        var curves = await browser.JsonAsync($"/api/sweeps/1/trials/{trial.GetProperty("trial").GetString()}/curves");
        var log = await browser.JsonAsync($"/api/sweeps/1/trials/{trial.GetProperty("trial").GetString()}/log");

        Assert.Equal((6, 4, 2), (page.GetProperty("total").GetInt32(), page.GetProperty("matching").GetInt32(),
            page.GetProperty("rows").GetArrayLength()));
        // 100 - k - epochs - seed / 2: lower is better, the second best is of k = 10 and seed 0.
        Assert.Equal((10, 0), (trial.GetProperty("settings")[0].GetInt32(), trial.GetProperty("seed").GetInt32()));
        Assert.Equal(
            (0, 6), (none.GetProperty("matching").GetInt32(), none.GetProperty("states").GetProperty("succeeded").GetInt32()));
        Assert.Equal(10, one.GetProperty("config").GetProperty("objective.k").GetInt32());
        Assert.Equal([1, 2, 3], curves.GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetInt32()));
        Assert.Contains("attempt 1 succeeded at epoch 3", log.GetProperty("lines").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_has_not_changed_is_not_sent_again()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();

        using var first = await browser.GetAsync("/api/sweeps/1/table");
        using var again = await browser.GetAsync("/api/sweeps/1/table", first.Headers.ETag!.ToString());
        using var other = await browser.GetAsync("/api/sweeps/1/table?by=k", first.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(0, again.Content.Headers.ContentLength ?? 0);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Sweeps_rows_and_trials_are_compared()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();
        var trial = (await browser.JsonAsync("/api/sweeps/1/trials")).GetProperty("rows")[0].GetProperty("trial").GetString();

        var compared = await browser.JsonAsync($"/api/compare?of=1;k=1&of=1;k=5&of=1/{trial}");

        Assert.Equal(["k=1", "k=5", "k=1, seed=0"], compared.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("label").GetString()));
        var differs = Assert.Single(compared.GetProperty("differs").EnumerateArray());
        Assert.Equal(["1", "5", "1"], differs.GetProperty("values").EnumerateArray().Select(value => value.GetString()));
        var test = compared.GetProperty("tests")[0];
        Assert.Equal(("none", 4), (test.GetProperty("test").GetString(), test.GetProperty("difference").GetDouble()));
        Assert.Equal(3, compared.GetProperty("tests").GetArrayLength());
        Assert.NotEmpty(compared.GetProperty("curves").GetProperty("panels").EnumerateArray());
    }

    [Fact]
    public async Task Sql_is_answered_with_limits_and_its_faults_with_their_place()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");
        await using var served = await Served.StartAsync(_cli.Store);
        using var visitor = await served.BrowserAsync(Role.Visitor);

        var (_, some) = await visitor.ActAsync("/api/query", """{"sql":"SELECT trial, seed FROM trials","limit":3}""");
        var (status, wrong) = await visitor.ActAsync("/api/query", """{"sql":"SELECT nope FROM trials"}""");
        var (writes, _) = await visitor.ActAsync("/api/query", """{"sql":"DELETE FROM trials"}""");
        var (_, best) = await visitor.ActAsync("/api/query", """{"name":"best","sweep":"1"}""");
        var help = await visitor.JsonAsync("/api/query/help");

        Assert.Equal((3, true), (some.GetProperty("rows").GetArrayLength(), some.GetProperty("truncated").GetBoolean()));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(7, wrong.GetProperty("position").GetInt32());
        Assert.Equal(HttpStatusCode.BadRequest, writes);
        Assert.Equal(4, best.GetProperty("rows").GetArrayLength());
        Assert.Contains(
            "epochs", help.GetProperty("views").EnumerateArray().Select(view => view.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Beside_a_head_a_change_is_seen_at_once_and_by_all()
    {
        await using var head = await RunningHead.StartAsync(_cli.Store);
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await Served.StartAsync(_cli.Store);
        using var first = await served.BrowserAsync();
        using var second = await served.BrowserAsync(Role.Visitor);
        using var events = await first.FollowAsync();
        using var others = await second.FollowAsync();
        var snapshot = await events.UntilAsync(one => one.GetProperty("type").GetString() == "snapshot");
        await others.UntilAsync(one => one.GetProperty("type").GetString() == "snapshot");

        var (_, paused) = await first.ActAsync("/api/actions/pause", """{"sweep":"1"}""");
        var change = await others.UntilAsync(one => one.GetProperty("type").GetString() == "change"
            && one.GetProperty("sweeps").EnumerateArray().Any(sweep => sweep.GetProperty("state").GetString() == "paused"));
        var undo = paused.GetProperty("undo");
        var (_, resumed) = await first.ActAsync(
            $"/api/actions/{undo.GetProperty("verb").GetString()}", undo.GetProperty("body").GetRawText());
        await head.Store.NoteAsync("demo", null, "from elsewhere", Token);
        var noted = await events.UntilAsync(one => one.GetProperty("type").GetString() == "change"
            && one.GetProperty("sweeps").EnumerateArray()
                .Any(sweep => sweep.GetProperty("note").GetString() == "from elsewhere"));

        Assert.Equal("live", snapshot.GetProperty("home").GetProperty("mode").GetString());
        Assert.StartsWith("demo is paused. Go on with: `vaesweep resume demo", paused.GetProperty("said").GetString(),
            StringComparison.Ordinal);
        Assert.Contains("it is active again", resumed.GetProperty("said").GetString(), StringComparison.Ordinal);
        Assert.Equal(SweepState.Active, (await head.Store.GetSweepAsync("demo", Token))!.State);
        Assert.True(noted.GetProperty("seq").GetInt64() > change.GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task A_stream_goes_on_where_it_was_or_says_that_it_begins_anew()
    {
        await using var head = await RunningHead.StartAsync(_cli.Store);
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();
        using var stays = await browser.FollowAsync();
        await stays.UntilAsync(one => one.GetProperty("type").GetString() == "snapshot");
        string? last;
        using (var leaves = await browser.FollowAsync())
        {
            await leaves.UntilAsync(one => one.GetProperty("type").GetString() == "snapshot");
            last = leaves.LastId;
        }

        await head.Store.NoteAsync("demo", null, "meanwhile", Token);
        await stays.UntilAsync(IsNoted);
        using var back = await browser.FollowAsync(last);
        var resumed = await back.UntilAsync(_ => true);
        using var stranger = await browser.FollowAsync("another:7");
        var reset = await stranger.UntilAsync(_ => true);
        var anew = await stranger.UntilAsync(_ => true);

        Assert.True(IsNoted(resumed), resumed.ToString());
        Assert.Equal(("reset", "snapshot"), (reset.GetProperty("type").GetString(), anew.GetProperty("type").GetString()));

        static bool IsNoted(JsonElement one) => one.GetProperty("type").GetString() == "change"
            && one.GetProperty("sweeps").EnumerateArray().Any(sweep => sweep.GetProperty("note").GetString() == "meanwhile");
    }

    [Fact]
    public async Task Each_action_does_and_says_what_its_command_does_and_can_be_taken_back()
    {
        await using var head = await RunningHead.StartAsync(_cli.Store);
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();
        var trial = (await head.Store.FindTrialsAsync("", "demo", 1, Token))[0];

        Assert.Contains("priority 5", await SaidAsync("priority", """{"sweep":"1","priority":5}"""), StringComparison.Ordinal);
        Assert.Contains("at most 2 at once", await SaidAsync("concurrency", """{"sweep":"1","max":2}"""),
            StringComparison.Ordinal);
        Assert.Contains("no limit", await SaidAsync("concurrency", """{"sweep":"1","max":null}"""), StringComparison.Ordinal);
        Assert.Contains("tagged a, b", await SaidAsync("tag", """{"sweep":"1","add":["a","b"]}"""), StringComparison.Ordinal);
        Assert.Contains("demo: <b>look</b>", await SaidAsync("note", """{"sweep":"1","text":"<b>look</b>"}"""),
            StringComparison.Ordinal);
        Assert.Contains("is stopped", await SaidAsync("stop", $$"""{"sweep":"1","trial":"{{trial.Id}}"}"""),
            StringComparison.Ordinal);
        Assert.Contains("1 trial of demo queued again", await SaidAsync("retry", $$"""{"sweep":"1","trial":"{{trial.Id}}"}"""),
            StringComparison.Ordinal);
        Assert.Contains("4 open trials closed", await SaidAsync("stop", """{"sweep":"1"}"""), StringComparison.Ordinal);
        Assert.Contains("it is active again", await SaidAsync("resume", """{"sweep":"1"}"""), StringComparison.Ordinal);
        Assert.Contains("no failed trial of demo to retry (oom)", await SaidAsync("retry", """{"sweep":"1","class":"oom"}"""),
            StringComparison.Ordinal);
        var now = (await head.Store.GetSweepAsync("demo", Token))!;
        Assert.Equal((5, null, "a b", "<b>look</b>"), (now.Priority, now.MaxConcurrent, string.Join(' ', now.Tags), now.Note));

        var (_, tagged) = await browser.ActAsync("/api/actions/tag", """{"sweep":"1","add":["a","c"],"remove":["b"]}""");
        await browser.ActAsync("/api/actions/tag", tagged.GetProperty("undo").GetProperty("body").GetRawText());
        Assert.Equal(["a", "b"], (await head.Store.GetSweepAsync("demo", Token))!.Tags);

        async Task<string> SaidAsync(string verb, string body)
        {
            var (status, answer) = await browser.ActAsync($"/api/actions/{verb}", body);
            Assert.True(status == HttpStatusCode.OK, answer.ToString());
            return answer.GetProperty("said").GetString()!;
        }
    }

    [Fact]
    public async Task A_deletion_is_shown_first_and_done_only_as_it_was_shown()
    {
        await using var head = await RunningHead.StartAsync(_cli.Store);
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();

        var (_, shown) = await browser.ActAsync("/api/actions/delete", """{"sweep":"1","preview":true}""");
        var (blind, _) = await browser.ActAsync("/api/actions/delete", """{"sweep":"1"}""");
        await _cli.RunAsync("submit", _cli.Sweep("[1, 5, 10]"));
        var confirm = shown.GetProperty("confirm").GetString();
        var (changed, _) = await browser.ActAsync("/api/actions/delete", $$"""{"sweep":"1","confirm":"{{confirm}}"}""");
        var (_, again) = await browser.ActAsync("/api/actions/delete", """{"sweep":"1","preview":true}""");
        var (done, said) = await browser.ActAsync(
            "/api/actions/delete", $$"""{"sweep":"1","confirm":"{{again.GetProperty("confirm").GetString()}}"}""");

        Assert.StartsWith("would delete the sweep demo, 4 trials", shown.GetProperty("said").GetString(),
            StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.OK), (blind, changed, done));
        Assert.StartsWith("deleted the sweep demo, 6 trials", said.GetProperty("said").GetString(), StringComparison.Ordinal);
        Assert.Empty(await head.Store.ListSweepsAsync(Token));
        Assert.Empty((await browser.JsonAsync("/api/home")).GetProperty("sweeps").EnumerateArray());
    }

    [Fact]
    public async Task A_page_sees_a_head_that_begins_and_ends()
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();
        using var events = await browser.FollowAsync();
        await events.UntilAsync(one => one.GetProperty("type").GetString() == "snapshot");

        await using (await RunningHead.StartAsync(_cli.Store))
            await events.UntilAsync(one => one.TryGetProperty("mode", out var mode) && mode.GetString() == "live");

        var ended = await events.UntilAsync(one =>
            one.TryGetProperty("mode", out var mode) && mode.GetString() is "reading" or "away");
        Assert.NotEqual(JsonValueKind.Null, ended.GetProperty("says").ValueKind);
        await events.UntilAsync(one => one.TryGetProperty("mode", out var mode) && mode.GetString() == "reading");
    }

    private static string Plain(JsonElement table)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            Write(table, json);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());

        // The trials behind a number are the command's alone: a table of a hundred thousand would hold them all.
        static void Write(JsonElement one, Utf8JsonWriter json)
        {
            if (one.ValueKind == JsonValueKind.Object)
            {
                json.WriteStartObject();
                foreach (var property in one.EnumerateObject().Where(property => property.Name != "behind"))
                {
                    json.WritePropertyName(property.Name);
                    Write(property.Value, json);
                }

                json.WriteEndObject();
            }
            else if (one.ValueKind == JsonValueKind.Array)
            {
                json.WriteStartArray();
                foreach (var item in one.EnumerateArray())
                    Write(item, json);
                json.WriteEndArray();
            }
            else
            {
                one.WriteTo(json);
            }
        }
    }
}
