using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VaeSweep.Cluster.Security;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>What a dashboard is started with.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Tokens">What opens it.</param>
/// <param name="Source">Where it has the store from; is closed by who started it.</param>
/// <param name="Hints">Writes commands as the user would have to type them.</param>
internal sealed record DashboardSettings(
    HttpAddress Address, TokenFile Tokens, IStoreSource Source, CliHost Host, Hints Hints)
{
    /// <summary>For TLS; null: plain HTTP, for this machine alone or behind a proxy.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Scheme, name and port of the proxy that browsers see; null without one.</summary>
    public string? Proxy { get; init; }

    /// <summary>Of the head in this process; without one nothing is told.</summary>
    public HeadHealth Health { get; init; } = new();

    /// <summary>The checkpoints' and models' folder, should it be on this machine.</summary>
    public string? Artifacts { get; init; }

    /// <summary>The options that name the store or head, for a process that draws.</summary>
    public IReadOnlyList<string> StoreOptions { get; init; } = [];
}

/// <summary>The page that watches and steers sweeps, and what it asks. Every request passes the <see cref="Guard"/> first; what
/// it reads comes from the readers that commands use, and what it changes goes the way of commands.</summary>
internal sealed class DashboardServer : IAsyncDisposable
{
    private const int PortsTried = 20;
    private const int MostConnections = 512;
    private const int MostRequestBytes = 64 << 10;
    private const int MostLine = 16 << 10;
    private const int WorthCompressing = 1024;
    private static readonly TimeSpan _headersWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _endsWithin = TimeSpan.FromSeconds(1);

    private readonly DashboardSettings _settings;
    private readonly Sessions _sessions;
    private readonly Router _router = new();
    private readonly ReplyCache _kept;
    private readonly PageFiles _page;
    private readonly Views _views;
    private readonly EventFeed _events;
    private Guard _guard = null!;
    private SessionView _session = null!;
    private WebApplication? _application;
    private OpenDashboard? _told;

    private DashboardServer(DashboardSettings settings)
    {
        _settings = settings;
        var time = settings.Host.Time;
        _sessions = new Sessions(settings.Tokens, time);
        _kept = new ReplyCache(time);
        _page = PageFiles.Find(settings.Host);
        Follower = new Follower(settings.Source, time, settings.Hints.Completed);
        _views = new Views(settings, Follower);
        _views.AddTo(_router);
        _events = new EventFeed(Follower, _views, time);
        _router.Add("GET", Routes.Session, (asked, _) => Task.FromResult(_session.Tell(asked)));
    }

    /// <summary>Where browsers find it: scheme, name and port.</summary>
    public string Origin { get; private set; } = "";

    /// <summary>SHA-256 of its certificate; null without one.</summary>
    public string? Fingerprint => _settings.Certificate?.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256)
        .ToLowerInvariant();

    public Follower Follower { get; }

    /// <summary>Without the page, which npm builds, tools alone are answered.</summary>
    public bool HasPage => _page.Any;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="CliException">It cannot listen there.</exception>
    public static async Task<DashboardServer> StartAsync(DashboardSettings settings, CancellationToken cancellationToken)
    {
        var server = new DashboardServer(settings);
        try
        {
            // A large file takes as long to open as all the rest does.
            server.Follower.Start();
            await server.ListenAsync(cancellationToken);
            settings.Tokens.Add(server._told = OpenDashboard.Here(server.Origin, server.Fingerprint));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>An address that opens the page once, for who reads it.</summary>
    public string Link(Role role) => $"{Origin}/#ticket={_sessions.NewTicket(role)}";

    public async ValueTask DisposeAsync()
    {
        await Follower.DisposeAsync();
        if (_application is not null)
        {
            using var patience = new CancellationTokenSource(_endsWithin, _settings.Host.Time);
            await _application.StopAsync(patience.Token);
            await _application.DisposeAsync();
            if (_told is not null)
                _settings.Tokens.Remove(_told);
        }

        _views.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var wanted = _settings.Address;
        for (var tried = 0; ; tried++)
        {
            // Another dashboard of this machine may have the usual one.
            var port = wanted.IsGiven || tried < PortsTried ? wanted.Port + (wanted.IsGiven ? 0 : tried) : 0;
            var application = Build(port);
            try
            {
                await application.StartAsync(cancellationToken);
                _application = application;
                return;
            }
            catch (Exception failure) when (failure is IOException or AddressInUseException or System.Net.Sockets.SocketException)
            {
                await application.DisposeAsync();
                if (wanted.IsGiven || port == 0)
                {
                    throw new CliException(
                        $"the dashboard cannot listen on {wanted}: {failure.GetBaseException().Message}. --http HOST:PORT names "
                            + "another address; port 0 takes any that is free.", ExitCodes.Failed, failure);
                }
            }
        }
    }

    private WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "vaesweep" });
        // Signals are the command's.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(_settings.Host.Time);
        if (port == 0)
            port = FreePort(_settings.Address);
        var addresses = _settings.Address.Addresses();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowSynchronousIO = false;
            kestrel.Limits.MaxRequestBodySize = MostRequestBytes;
            kestrel.Limits.MaxRequestLineSize = MostLine;
            kestrel.Limits.MaxRequestHeadersTotalSize = MostLine;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = _headersWithin;
            foreach (var address in addresses.Where(one => one.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
                || System.Net.Sockets.Socket.OSSupportsIPv6))
            {
                kestrel.Listen(address, port, listening =>
                {
                    listening.Protocols = _settings.Certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                    if (_settings.Certificate is { } certificate)
                        listening.UseHttps(certificate);
                });
            }
        });
        var application = builder.Build();
        application.Run(HandleAsync);
        Know(port);
        return application;
    }

    /// <summary>Under which names browsers may ask.</summary>
    private void Know(int port)
    {
        var scheme = _settings.Certificate is null ? "http" : "https";
        var host = _settings.Address with { Port = port };
        List<string> origins = [$"{scheme}://{host}"];
        if (host.IsLoopback)
            origins.AddRange([$"{scheme}://localhost:{port}", $"{scheme}://[::1]:{port}", $"{scheme}://127.0.0.1:{port}"]);
        if (_settings.Proxy is { } proxy)
            origins.Insert(0, proxy);
        Origin = origins[0];
        _session = new SessionView(_sessions, Origin, _settings.Tokens.Path, _settings.Host.Time);
        _guard = new Guard(origins, _sessions);
    }

    private static int FreePort(HttpAddress address)
    {
        // Both families are to have the same one.
        using var probe = new System.Net.Sockets.TcpListener(address.Addresses()[0], 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var knock = new Knock(
            request.Method, request.Path.Value ?? "", request.Headers.Host.Count == 1 ? request.Headers.Host[0] : null,
            Header("Origin"), Header("Sec-Fetch-Site"), Header("Sec-Fetch-Mode"), Header("Sec-Fetch-Dest"), request.ContentType,
            Header(Guard.MarkHeader), request.Cookies[_session.Cookie],
            Header("Authorization") is { } given && given.StartsWith("Bearer ", StringComparison.Ordinal) ? given[7..] : null);
        SafetyHeaders.Add(context.Response.Headers);
        try
        {
            var verdict = _guard.Judge(knock);
            if (!verdict.IsHeard)
            {
                // Whoever asks under another name is told nothing.
                if (verdict.Words is { } words)
                    await SendAsync(context, Reply.Fault(verdict.Status, verdict.Status == 401 ? _session.Advice(words) : words));
                else
                    context.Response.StatusCode = verdict.Status;
                return;
            }

            if (knock.Path == Routes.Session && request.Method != "GET" && request.Method != "HEAD")
            {
                await SendAsync(context, await _session.ChangeAsync(context));
            }
            else if (knock.Path == Routes.Events && request.Method == "GET")
            {
                await _events.SendAsync(context, verdict.Role!.Value);
            }
            else if (Routes.IsPage(knock.Path) || Routes.IsAsset(knock.Path))
            {
                await SendAsync(
                    context, _page.Find(knock.Path, request.Headers.AcceptEncoding.ToString(), context.Response.Headers));
            }
            else
            {
                await AnswerAsync(context, knock.Path, verdict.Role);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        catch (Exception failure)
        {
            if (context.Response.HasStarted)
                context.Abort();
            else
                await SendAsync(context, FaultOf(failure, context.Response.Headers));
        }

        string? Header(string name) => request.Headers.TryGetValue(name, out var values) && values.Count > 0
            ? values.Count == 1 ? values[0] : "" : null;
    }

    private async Task AnswerAsync(HttpContext context, string path, Role? role)
    {
        var method = context.Request.Method == "HEAD" ? "GET" : context.Request.Method;
        if (_router.Find(method, path) is not { } found)
            throw new HttpFault(404, "there is nothing at this address.");
        if (found.Answer is not { } answer)
            throw new HttpFault(405, $"{context.Request.Method} is not understood at this address.");
        var asked = new Asked(context, role ?? Role.Visitor, found.Parts);
        if (found.Keeping == Keeping.No)
        {
            await SendAsync(context, await answer(asked, context.RequestAborted));
            return;
        }

        long? sweep = found.Parts.ContainsKey("id") && asked.Many(Routes.Also).Count == 0 ? asked.Sweep : null;
        // Others may wait for the same: it is made whether this one stays or not, and its question must outlive its request.
        var mark = Follower.Marks.Of(sweep);
        var results = found.Keeping == Keeping.UntilResult && sweep is { } key
            ? (await Follower.SweepAsync(key, context.RequestAborted)).ResultsAt : mark;
        var (reply, stale, age) = await _kept.GetAsync(
            path + context.Request.QueryString.Value, mark, results,
            () => answer(asked with { Context = Copy(context) }, CancellationToken.None));
        if (stale > TimeSpan.Zero)
            context.Response.Headers["X-VaeSweep-Stale"] = Math.Ceiling(stale.TotalSeconds).ToString("0");
        if (age > TimeSpan.Zero)
            context.Response.Headers["X-VaeSweep-Age"] = Math.Ceiling(age.TotalSeconds).ToString("0");
        await SendAsync(context, reply);
    }

    private static DefaultHttpContext Copy(HttpContext context)
    {
        var copy = new DefaultHttpContext();
        copy.Request.QueryString = context.Request.QueryString;
        return copy;
    }

    private async Task SendAsync(HttpContext context, Reply reply)
    {
        var (request, response) = (context.Request, context.Response);
        response.ContentType = reply.Type;
        if (reply.File is { } file)
        {
            response.Headers.ContentDisposition = $"attachment; filename=\"{file}\"";
            response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        }

        response.StatusCode = reply.Status;
        if (reply.Status == 200)
        {
            response.Headers.ETag = reply.Tag;
            if (request.Headers.IfNoneMatch.Contains(reply.Tag))
            {
                response.StatusCode = 304;
                response.ContentType = null;
                return;
            }
        }

        var bytes = reply.Bytes;
        if (bytes.Length > WorthCompressing && !response.Headers.ContainsKey("Content-Encoding") && IsText(reply.Type)
            && request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            bytes = reply.Compressed;
            response.Headers.ContentEncoding = "gzip";
            response.Headers.Vary = "Accept-Encoding";
        }

        response.ContentLength = bytes.Length;
        if (request.Method != "HEAD")
            await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static bool IsText(string type) => type.StartsWith("application/json", StringComparison.Ordinal)
        || type.StartsWith("text/", StringComparison.Ordinal) || type.StartsWith("image/svg", StringComparison.Ordinal);

    private Reply FaultOf(Exception failure, IHeaderDictionary headers)
    {
        switch (failure)
        {
            case HttpFault fault:
                return Reply.Fault(fault.Status, fault.Message);
            case StoreQueryException wrong:
                return Reply.Fault(400, wrong.Message, wrong.Position);
            case Microsoft.AspNetCore.Http.BadHttpRequestException bad:
                return Reply.Fault(bad.StatusCode, bad.Message);
            case StoreUnreachableException or StoreInUseException or ObjectDisposedException:
                headers.RetryAfter = "1";
                return Reply.Fault(
                    503, failure is ObjectDisposedException ? "the store is being closed: ask again." : failure.Message);
            case CliException or ResultsException or StoreException or SweepFileException or KeyException or ArgumentException:
                return Reply.Fault(400, _settings.Host.Pasteable(FaultText.Bounded(failure.Message)));
            default:
                return Reply.Fault(500, FaultText.Bounded(
                    $"a fault of vaesweep itself: {failure.GetType().Name}: {failure.Message}"));
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
