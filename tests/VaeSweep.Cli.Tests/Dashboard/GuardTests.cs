using VaeSweep.Cli.Dashboard;

namespace VaeSweep.Cli.Tests.Dashboard;

/// <summary>Who is heard: every combination of what a hostile page, a tool and our own page can send.</summary>
public sealed class GuardTests : IDisposable
{
    private const string Own = "http://127.0.0.1:4080";

    private static readonly string?[] _hosts = ["127.0.0.1:4080", "localhost:4080", "evil.example:4080", "127.0.0.1",
        "127.0.0.1:80", "0.0.0.0:4080", "", null];

    private static readonly string?[] _origins = [null, Own, "null", "http://evil.example", "http://127.0.0.1:4081",
        "https://127.0.0.1:4080", "http://127.0.0.1:4080.evil.example", ""];

    private static readonly string?[] _sites = [null, "same-origin", "same-site", "cross-site", "none", ""];
    private static readonly string?[] _modes = ["navigate", "cors", "no-cors", null];

    private static readonly string[] _methods =
        ["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get"];

    private static readonly string[] _paths =
        ["/", "/sweep/3", "/assets/a.js", "/api/home", "/api/events", "/api/actions/pause", "/api/session", "/metrics",
            "/health/live"];

    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-guard-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Only_our_own_page_and_who_has_the_token_are_heard()
    {
        var tokens = TokenFile.LoadOrMake(Path.Combine(_folder, "s.dashboard"));
        var sessions = new Sessions(tokens, TimeProvider.System);
        var guard = new Guard([Own, "http://localhost:4080"], sessions);
        var (owner, visitor) = (sessions.Begin(Role.Owner).Cookie, sessions.Begin(Role.Visitor).Cookie);
        (string? Cookie, string? Token)[] known =
            [(null, null), (owner, null), (visitor, null), ("forged", null), (null, tokens.Token), (null, tokens.Visitor),
                (null, "wrong"), (owner, "wrong")];
        var (tried, heard) = (0, 0);

        foreach (var knock in Knocks(known))
        {
            tried++;
            if (!guard.Judge(knock).IsHeard)
                continue;
            heard++;
            Assert.True(MayBeHeard(knock, owner, visitor, tokens), knock.ToString());
        }

        Assert.True(tried > 100_000, $"only {tried} were tried");
        Assert.True(heard > 1000, $"only {heard} were heard");
    }

    private static IEnumerable<Knock> Knocks((string? Cookie, string? Token)[] known) =>
        from host in _hosts
        from origin in _origins
        from site in _sites
        from mode in _modes
        from method in _methods
        from path in _paths
        from who in known
        from marked in new[] { true, false }
        select new Knock(
            method, path, host, origin, site, mode, mode == "navigate" ? "document" : "empty",
            marked ? "application/json" : "text/plain", marked ? "1" : null, who.Cookie, who.Token);

    // What must hold of everything that is heard, told in another way than the guard does.
    private static bool MayBeHeard(Knock knock, string owner, string visitor, TokenFile tokens)
    {
        var isSafe = knock.Method is "GET" or "HEAD";
        if (knock.Host is not ("127.0.0.1:4080" or "localhost:4080"))
            return false;
        if (!isSafe && knock.Method is not ("POST" or "DELETE"))
            return false;
        if (knock.Origin is not (null or Own or "http://localhost:4080"))
            return false;
        if (knock.Site is "same-site" or "cross-site" or ""
            && !(isSafe && knock.Mode == "navigate" && knock.Path is "/" or "/sweep/3"))
        {
            return false;
        }

        if (knock.Site == "none" && !(isSafe && knock.Mode == "navigate"))
            return false;
        if (!isSafe && (knock.Mark != "1" || knock.Type != "application/json"))
            return false;
        if (knock.Path is "/" or "/sweep/3" or "/assets/a.js" or "/health/live" && isSafe)
            return true;
        if (knock is { Path: "/api/session", Method: "POST" })
            return true;
        Role? role = knock.Token is not null
            ? knock.Token == tokens.Token ? Role.Owner : knock.Token == tokens.Visitor ? Role.Visitor : null
            : knock.Site is null ? null : knock.Cookie == owner ? Role.Owner : knock.Cookie == visitor ? Role.Visitor : null;
        return role == Role.Owner || (role == Role.Visitor && knock.Path != "/api/actions/pause");
    }

    [Fact]
    public void Our_own_page_is_heard_in_all_that_it_does()
    {
        var sessions = new Sessions(TokenFile.LoadOrMake(Path.Combine(_folder, "s.dashboard")), TimeProvider.System);
        var guard = new Guard([Own], sessions);
        var cookie = sessions.Begin(Role.Owner).Cookie;

        Verdict Page(string method, string path) => guard.Judge(new Knock(
            method, path, "127.0.0.1:4080", method == "GET" ? null : Own, "same-origin", "cors", "empty",
            method == "GET" ? null : "application/json; charset=utf-8", method == "GET" ? null : "1", cookie));

        Assert.Equal(Role.Owner, Page("GET", "/api/home").Role);
        Assert.True(Page("GET", "/api/events").IsHeard);
        Assert.True(Page("POST", "/api/actions/pause").IsHeard);
        Assert.True(Page("DELETE", "/api/session").IsHeard);
        Assert.True(guard.Judge(new Knock("GET", "/sweep/3", "127.0.0.1:4080", null, "none", "navigate", "document")).IsHeard);
        // A link that a colleague sent, in a page of theirs.
        Assert.True(Linked("document"));
        Assert.False(Linked("iframe"));

        bool Linked(string into) => guard.Judge(
            new Knock("GET", "/sweep/3", "127.0.0.1:4080", null, "cross-site", "navigate", into)).IsHeard;
    }

    [Fact]
    public void A_ticket_opens_once_and_a_session_ends()
    {
        var time = new Clock();
        var sessions = new Sessions(TokenFile.LoadOrMake(Path.Combine(_folder, "s.dashboard")), time);
        var ticket = sessions.NewTicket(Role.Visitor);

        Assert.Equal(Role.Visitor, sessions.UseTicket(ticket));
        Assert.Null(sessions.UseTicket(ticket));
        var (cookie, _) = sessions.Begin(Role.Owner);
        Assert.Equal(Role.Owner, sessions.OfCookie(cookie)?.Role);
        Assert.Null(sessions.OfCookie(cookie[..^1] + (cookie[^1] == 'A' ? 'B' : 'A')));
        Assert.Null(sessions.OfCookie(ticket));
        time.Advance(Sessions.Life);
        Assert.Null(sessions.OfCookie(cookie));
    }

    [Fact]
    public void Tokens_are_kept_where_their_owner_alone_reads_them()
    {
        var path = Path.Combine(_folder, "s.dashboard");
        var made = TokenFile.LoadOrMake(path);

        Assert.Equal(made.Token, TokenFile.LoadOrMake(path).Token);
        Assert.True(made.Token.Length >= 43);
        Assert.NotEqual(made.Token, made.Visitor);
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("others may read", Assert.Throws<CliException>(() => TokenFile.LoadOrMake(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Each_dashboard_of_a_store_is_told_for_as_long_as_it_answers()
    {
        var path = Path.Combine(_folder, "two.dashboard");
        var (first, second) = (TokenFile.LoadOrMake(path), TokenFile.LoadOrMake(path));
        var (one, two) = (OpenDashboard.Here("http://127.0.0.1:4080", null), OpenDashboard.Here("https://lab:4081", "ab12"));
        var ended = one with { Address = "http://127.0.0.1:4090", Began = one.Began.AddDays(-1) };

        first.Add(ended);
        first.Add(one);
        second.Add(two);
        Assert.Equal([one.Address, two.Address], TokenFile.Read(path)!.Open.Select(open => open.Address));
        Assert.Equal(two.Address, TokenFile.Read(path)!.Address);
        second.Remove(two);
        Assert.Equal(one.Address, TokenFile.Read(path)!.Address);

        // Who deletes the file ends all sessions: it does not come back with the same tokens.
        File.Delete(path);
        first.Remove(one);
        Assert.False(File.Exists(path));
        var anew = TokenFile.LoadOrMake(path);
        first.Remove(one);
        Assert.Equal(anew.Token, TokenFile.Read(path)!.Token);
    }

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(56);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
