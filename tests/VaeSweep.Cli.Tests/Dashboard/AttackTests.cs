using System.Net;
using System.Net.Sockets;
using System.Text;
using VaeSweep.Cli.Dashboard;
using VaeSweep.Store;

namespace VaeSweep.Cli.Tests.Dashboard;

/// <summary>What strangers send.</summary>
public sealed class AttackTests : IDisposable
{
    private const int Malformed = 100_000;
    private const int Share = 3_000;
    private const int AtOnce = 8;
    private const long MostGrowth = 32 << 20;

    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("/api/sweeps/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/api/sweeps/1/trials/..%2f..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/api/sweeps/1/figures/..%5c..%5cetc%5cpasswd")]
    [InlineData("/api/sweeps/1/figures/..;/..;/etc/passwd")]
    [InlineData("/assets/..%2f..%2fetc%2fpasswd")]
    [InlineData("/assets/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/assets/..%252f..%252fetc%252fpasswd")]
    [InlineData("/assets/....//....//etc/passwd")]
    [InlineData("/assets//etc/passwd")]
    [InlineData("/assets/a.js%00.png")]
    [InlineData("//etc/passwd")]
    [InlineData("/api/home/")]
    [InlineData("/API/home")]
    [InlineData("/api/sweeps/1e3")]
    [InlineData("/api/sweeps/-1")]
    [InlineData("/api/sweeps/99999999999999999999")]
    public async Task No_address_is_a_path_of_files(string path)
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await Served.StartAsync(_cli.Store);

        var answer = await RawAsync(served, $"GET {path} HTTP/1.1\r\nHost: {Host(served)}\r\nAuthorization: Bearer "
            + $"{served.Tokens.Token}\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 40[0345] ", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_name_is_told_nothing_and_every_answer_has_its_headers()
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();

        var stranger = await RawAsync(served, "GET /api/home HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        using var page = await browser.GetAsync("/");
        using var home = await browser.GetAsync("/api/home");
        using var nothing = await browser.GetAsync("/api/nothing");

        Assert.StartsWith("HTTP/1.1 403 ", stranger, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", stranger, StringComparison.Ordinal);
        foreach (var answer in new[] { page, home, nothing })
        {
            Assert.Equal(SafetyHeaders.Policy, Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
            Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task What_strangers_have_written_is_data_and_never_markup()
    {
        const string hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>\u2028\u0007";
        await using var head = await RunningHead.StartAsync(_cli.Store);
        await _cli.RunAsync("submit", _cli.Sweep());
        var trial = (await head.Store.FindTrialsAsync("", "demo", 1, TestContext.Current.CancellationToken))[0];
        await head.Store.NoteAsync("demo", null, hostile, TestContext.Current.CancellationToken);
        await head.Store.NoteAsync("demo", trial.Key, hostile, TestContext.Current.CancellationToken);
        // No file can have such a name; a store of another program's could.
        await head.Store.SubmitAsync(
            new SweepSubmission(hostile, $"name: x\ndescription: '{hostile}'"), [], TestContext.Current.CancellationToken);
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();

        foreach (var path in new[]
        {
            "/api/home", "/api/sweeps/1", "/api/sweeps/2", "/api/sweeps/1/trials", $"/api/sweeps/1/trials/{trial.Id}",
            "/api/sweeps/2/table", "/api/sweeps/2/figures/curves", "/metrics",
        })
        {
            using var answer = await browser.GetAsync(path);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.True((int)answer.StatusCode < 500, $"{path}: {text}");
            Assert.Contains(answer.Content.Headers.ContentType!.MediaType, (string[])["application/json", "text/plain"]);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            if (path != "/metrics")
                Assert.DoesNotContain('<', text);
        }

        var home = await browser.JsonAsync("/api/home");
        Assert.Contains(
            hostile, home.GetProperty("sweeps").EnumerateArray().Select(sweep => sweep.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task The_cookie_is_for_this_page_alone()
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = new Browser(served.Server.Origin);
        var link = served.Server.Link(Role.Owner);

        using var answer = await browser.PostAsync("/api/session", $$"""{"ticket":"{{link[(link.IndexOf('=') + 1)..]}}"}""");
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie")).ToLowerInvariant();
        using var used = await browser.PostAsync("/api/session", $$"""{"ticket":"{{link[(link.IndexOf('=') + 1)..]}}"}""");

        Assert.StartsWith($"vaesweep-{new Uri(served.Server.Origin).Port}=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("path=/", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(served.Tokens.Token, cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, used.StatusCode);
        Assert.Contains("#ticket=", link, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_visitor_looks_and_a_session_outlives_its_dashboard()
    {
        await using var head = await RunningHead.StartAsync(_cli.Store);
        await _cli.RunAsync("submit", _cli.Sweep());
        string? cookie;
        await using (var served = await Served.StartAsync(_cli.Store))
        {
            using var visitor = await served.BrowserAsync(Role.Visitor);
            cookie = visitor.Cookie;
            var (status, _) = await visitor.ActAsync("/api/actions/pause", """{"sweep":"1"}""");

            Assert.Equal("visitor", (await visitor.JsonAsync("/api/home")).GetProperty("role").GetString());
            Assert.Equal(HttpStatusCode.Forbidden, status);
        }

        await using var again = await Served.StartAsync(_cli.Store);
        using var back = new Browser(again.Server.Origin);
        // The port is another one here, and with it the cookie's name.
        using var answer = await back.SendAsync(HttpMethod.Get, "/api/home", null, request => request.Headers.Add(
            "Cookie", $"vaesweep-{new Uri(again.Server.Origin).Port}{cookie![cookie!.IndexOf('=')..]}"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Beyond_this_machine_there_is_tls_of_the_heads_authority()
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        var name = Dns.GetHostName();
        if (Dns.GetHostAddresses(name).Length == 0)
            return;
        await using var served = await Served.StartAsync(_cli.Store, "--http", $"{name}:0");
        using var browser = await served.BrowserAsync();

        Assert.StartsWith($"https://{name.ToLowerInvariant()}:", served.Server.Origin, StringComparison.Ordinal);
        Assert.Equal(64, served.Server.Fingerprint!.Length);
        Assert.True(File.Exists(_cli.Store + ".headkey"));
        Assert.Equal("owner", (await browser.JsonAsync("/api/session")).GetProperty("role").GetString());
    }

    [Theory]
    [InlineData("0.0.0.0:4080")]
    [InlineData("4080")]
    [InlineData("localhost:99999")]
    public async Task Every_address_at_once_is_none(string address)
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var answer = await _cli.RunAsync("dashboard", "--http", address);

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains($"--http {address}", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Malformed_requests_cost_nothing_that_stays()
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await Served.StartAsync(_cli.Store);
        using var browser = await served.BrowserAsync();
        var (seed, count) = (Long.Seed(1), Long.Of(Share, Malformed));
        await ThrowAsync(served, seed, Share / 3);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await ThrowAsync(served, seed + 1, count);

        var after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.True(after - before < MostGrowth, $"{(after - before) >> 20} MB stay of {count} requests");
        Assert.Equal("demo", (await browser.JsonAsync("/api/home")).GetProperty("sweeps")[0].GetProperty("name").GetString());
        Long.Proved($"the dashboard answered after {count} malformed requests; {Math.Max(0, after - before) >> 10} kB stayed");
    }

    private static Task ThrowAsync(Served served, int seed, int count) =>
        Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => ThrowAsync(served, new Random(seed + i), i, count)));

    private static async Task ThrowAsync(Served served, Random random, int first, int count)
    {
        for (var n = first; n < count; n += AtOnce)
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", new Uri(served.Server.Origin).Port, TestContext.Current.CancellationToken);
            client.LingerState = new LingerOption(true, 0);
            var stream = client.GetStream();
            try
            {
                await stream.WriteAsync(
                    Nonsense(random, Host(served), served.Tokens.Token), TestContext.Current.CancellationToken);
                client.Client.Shutdown(SocketShutdown.Send);
                var answer = new byte[512];
                var read = await stream.ReadAsync(answer, TestContext.Current.CancellationToken);
                // Whatever it is, it is no fault of the program's.
                Assert.False(Encoding.ASCII.GetString(answer, 0, read).StartsWith("HTTP/1.1 500", StringComparison.Ordinal));
            }
            catch (Exception gone) when (gone is IOException or SocketException)
            {
                // It was cut off.
            }
        }
    }

    /// <summary>A request that is nearly one: of its parts, some are cut, doubled, swapped or replaced.</summary>
    private static byte[] Nonsense(Random random, string host, string token)
    {
        string[] paths = ["/api/home", "/api/sweeps/1/table?by=k", "/api/actions/pause", "/api/session", "/api/query", "/", "*",
            "/api/sweeps/%ff%fe", "/%2e%2e/", "http://evil/", "/api/sweeps/1/trials?limit=%00",
            "/assets/" + new string('a', 9000)];
        string[] methods = ["GET", "POST", "DELETE", "PUT", "GE T", "\0", "OPTIONS", "PRI"];
        string[] bodies = ["", "{}", "{", "[[[[[[[[[[[[", """{"sweep":"1"}""", """{"sweep":1}""", """{"ticket":{}}""",
            "\0\u0001\uffff", """{"sql":"SELECT 1;;"}""", new('[', 5000)];
        var body = bodies[random.Next(bodies.Length)];
        var text = $"{methods[random.Next(methods.Length)]} {paths[random.Next(paths.Length)]} "
            + $"HTTP/{random.Next(3)}.{random.Next(3)}\r\n"
            + (random.Next(4) > 0 ? $"Host: {host}\r\n" : "") + (random.Next(2) > 0 ? $"Authorization: Bearer {token}\r\n" : "")
            + (random.Next(2) > 0 ? "X-VaeSweep: 1\r\nContent-Type: application/json\r\n" : "")
            + (random.Next(3) > 0 ? $"Content-Length: {(random.Next(3) > 0 ? body.Length : random.Next(-5, 100_000))}\r\n" : "")
            + (random.Next(5) == 0 ? "Transfer-Encoding: chunked\r\n" : "")
            + (random.Next(6) == 0 ? $"Cookie: {new string('x', random.Next(9000))}\r\n" : "")
            + (random.Next(6) == 0 ? "Last-Event-ID: a:b:c\r\nRange: bytes=0-,5-\r\n" : "") + "\r\n" + body;
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var flips = random.Next(4); flips > 0; flips--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static string Host(Served served) => new Uri(served.Server.Origin).Authority;

    private static async Task<string> RawAsync(Served served, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(served.Server.Origin).Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
