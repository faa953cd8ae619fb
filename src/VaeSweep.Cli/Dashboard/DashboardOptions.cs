using System.CommandLine;
using System.Runtime.CompilerServices;
using VaeSweep.Cluster.Security;
using VaeSweep.Store;

namespace VaeSweep.Cli.Dashboard;

/// <summary>The options that say where a dashboard listens, for all commands that can have one.</summary>
internal sealed class DashboardOptions
{
    private readonly Option<string?> _http = new("--http")
    {
        Description = $"where browsers find the dashboard; 127.0.0.1:{HttpAddress.UsualPort} or the next free port where nothing "
            + "is said; beyond this machine with TLS, or --behind-proxy", HelpName = "host:port",
    };
    private readonly Option<string?> _proxy = new("--behind-proxy")
    {
        Description = "a proxy that has TLS passes requests on to the dashboard: as browsers know it, https://lab.example",
        HelpName = "origin",
    };

    public void AddTo(Command command)
    {
        command.Add(_http);
        command.Add(_proxy);
    }

    /// <summary>Somebody wants a dashboard.</summary>
    public bool AreGiven(ParseResult parsed) => parsed.GetValue(_http) is not null || parsed.GetValue(_proxy) is not null;

    /// <summary>Starts one.</summary>
    /// <param name="keys">Of a head in this process that has some; null: read, or made, where they are needed.</param>
    /// <exception cref="CliException">It cannot be started so.</exception>
    public async Task<DashboardServer> StartAsync(
        ParseResult parsed, IStoreSource source, HeadKeys? keys, CliHost host, CancellationToken cancellationToken,
        HeadHealth? health = null)
    {
        var address = HttpAddress.Parse(parsed.GetValue(_http));
        var proxy = parsed.GetValue(_proxy) is { } origin ? OriginOf(origin) : null;
        var store = Stores.PathOf(parsed, host);
        var settings = new DashboardSettings(
            address, TokenFile.LoadOrMake(TokenFile.PathOf(store)), source, host, new Hints(parsed, host))
        {
            Proxy = proxy,
            Health = health ?? new HeadHealth(),
            Artifacts = ArtifactsOption.Of(null, store, host),
            StoreOptions = StoreOptionsOf(parsed, host, store),
        };
        if (!address.IsLoopback && proxy is null)
        {
            var own = keys ?? HeadKeys.LoadOrMake(store, null, host.Time);
            settings = settings with { Certificate = own.ServerCertificate(TokenFile.PathOf(store) + ".pem", address.Host) };
        }

        return await DashboardServer.StartAsync(settings, cancellationToken);
    }

    /// <summary>Starts one for the head of this process, and says where it is.</summary>
    /// <returns>Ends it.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public async Task<IAsyncDisposable> StartForAsync(
        ParseResult parsed, IStore store, string? address, HeadKeys? keys, HeadHealth health, CliHost host,
        CancellationToken cancellationToken)
    {
        var server = await StartAsync(parsed, new OwnStore(store, address), keys, host, cancellationToken, health);
        Tell(server, opens: false, host);
        return server;
    }

    /// <summary>Says where it is.</summary>
    public static void Tell(DashboardServer server, bool opens, CliHost host)
    {
        var link = server.Link(Role.Owner);
        host.Say($"dashboard: {link}");
        if (server.Fingerprint is { } fingerprint)
            host.Say($"its certificate is of this head's own authority; SHA-256: {fingerprint}");
        if (!server.HasPage)
            host.Say("this vaesweep was built without the dashboard's page, which npm builds: tools alone are answered.");
        if (opens && !host.OpenBrowser(link))
            host.Say("no browser can be opened from here: open the link by hand.");
    }

    /// <summary>What another process needs to find the same store or head.</summary>
    private static IReadOnlyList<string> StoreOptionsOf(ParseResult parsed, CliHost host, string store) =>
    [
        $"--store={store}", .. HeadWay.AddressOf(parsed, host) is { } head ? (string[])[$"--head={head}"] : [],
        .. HeadWay.KeyFileOf(parsed, host) is { } key ? (string[])[$"--key={key}"] : [],
    ];

    private static string OriginOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri is { Scheme: "https" or "http", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }
        ? uri.GetLeftPart(UriPartial.Authority)
        : throw new CliException($"--behind-proxy {text}: scheme and name as browsers know it are wanted, such as "
            + "https://lab.example.");
}
