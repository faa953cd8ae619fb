using System.CommandLine;
using VaeSweep.Cli.Dashboard;
using VaeSweep.Results;

namespace VaeSweep.Cli.Tests.Dashboard;

/// <summary>A dashboard over a test's own store, as `vaesweep dashboard` makes it: beside its head where one runs.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly FoundStore _source;

    private Served(DashboardServer server, FoundStore source, TokenFile tokens, StringWriter said) =>
        (Server, _source, Tokens, Said) = (server, source, tokens, said);

    public DashboardServer Server { get; }

    public TokenFile Tokens { get; }

    /// <summary>What was said on standard error.</summary>
    public StringWriter Said { get; }

    public static async Task<Served> StartAsync(string store, params string[] options)
    {
        var said = new StringWriter();
        var host = new CliHost
        {
            Out = TextWriter.Null, Error = said, OutTerminal = Terminal.Plain, ErrorTerminal = Terminal.Plain,
            Environment = _ => null,
        };
        var root = CommandLine.Build(host);
        var command = new Command("test");
        var chosen = new DashboardOptions();
        chosen.AddTo(command);
        root.Add(command);
        var words = options.Contains("--http", StringComparer.Ordinal) ? options : [.. options, "--http", "127.0.0.1:0"];
        var parsed = root.Parse(["test", "--store", store, .. words]);
        Assert.Empty(parsed.Errors);
        var source = new FoundStore(parsed, host);
        try
        {
            var server = await chosen.StartAsync(parsed, source, null, host, TestContext.Current.CancellationToken);
            return new Served(server, source, TokenFile.Read(TokenFile.PathOf(store))!, said);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>A browser that has followed the printed link.</summary>
    public async Task<Browser> BrowserAsync(Role role = Role.Owner)
    {
        var browser = new Browser(Server.Origin);
        var link = Server.Link(role);
        await browser.LoginAsync("ticket", link[(link.IndexOf('=') + 1)..]);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _source.DisposeAsync();
        await Said.DisposeAsync();
    }
}
