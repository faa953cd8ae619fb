namespace VaeSweep.Cli.Dashboard;

/// <summary>What a request says of itself, as far as it decides whether it is heard.</summary>
/// <param name="Path">Decoded.</param>
/// <param name="Host">Null or empty where it names none.</param>
/// <param name="Site">Sec-Fetch-Site; null where the client sends none.</param>
/// <param name="Mode">Sec-Fetch-Mode.</param>
/// <param name="Target">Sec-Fetch-Dest.</param>
/// <param name="Type">Content-Type.</param>
/// <param name="Mark">The header that no form and no page of another origin can send.</param>
/// <param name="Cookie">Of a session; null without one.</param>
/// <param name="Token">After "Authorization: Bearer"; null without one.</param>
internal sealed record Knock(string Method, string Path, string? Host, string? Origin = null, string? Site = null,
    string? Mode = null, string? Target = null, string? Type = null, string? Mark = null, string? Cookie = null,
    string? Token = null);

/// <summary>Whether a request is heard.</summary>
/// <param name="Status">Of the answer that refuses it; 0: it is heard.</param>
/// <param name="Words">Why; null where nothing is said.</param>
/// <param name="Role">Who asks; null where nobody needs to know.</param>
internal readonly record struct Verdict(int Status, string? Words, Role? Role)
{
    public bool IsHeard => Status == 0;
}

/// <summary>Decides, before anything else looks at it, whether a request is heard. What is not allowed is refused.</summary>
/// <remarks>A page of another origin can make a browser send requests here, with our cookie where it is of the same site, and can
/// give its own name this machine's address. So the name in Host must be ours, Origin and Sec-Fetch-Site must say that our own
/// page asks, and a cookie is believed of a browser that sends Sec-Fetch-Site alone. Tools bring the token instead.</remarks>
/// <param name="origins">Under which browsers know the dashboard: scheme, name and port.</param>
internal sealed class Guard(IReadOnlyCollection<string> origins, Sessions sessions)
{
    public const string MarkHeader = "X-VaeSweep";

    private const string OwnSite = "same-origin";

    private readonly HashSet<string> _origins = new(origins, StringComparer.OrdinalIgnoreCase);

    // Host has no port where it is the scheme's own.
    private readonly HashSet<string> _hosts = new(
        origins.SelectMany(origin => new Uri(origin) is var uri && uri.IsDefaultPort
            ? (string[])[uri.Authority, $"{uri.Authority}:{uri.Port}"] : [uri.Authority]), StringComparer.OrdinalIgnoreCase);

    public Verdict Judge(Knock knock)
    {
        if (string.IsNullOrEmpty(knock.Host) || !_hosts.Contains(knock.Host))
            return new Verdict(403, null, null);
        if (knock.Method is not ("GET" or "HEAD" or "POST" or "DELETE"))
            return Refused(405, $"{knock.Method} is not understood here.");
        var isSafe = knock.Method is "GET" or "HEAD";
        if (knock.Origin is not null && !_origins.Contains(knock.Origin))
            return Refused(403, "this request comes from another page.");
        if (knock.Site is not (null or OwnSite) && !IsNavigation(knock, isSafe))
            return Refused(403, "this request comes from another page.");
        if (!isSafe && knock.Mark != "1")
            return Refused(403, $"a request that changes something needs the header {MarkHeader}: 1.");
        if (!isSafe && !IsJson(knock.Type))
            return Refused(415, "Content-Type: application/json is wanted.");
        if (IsOpen(knock, isSafe))
            return new Verdict(0, null, Known(knock));
        return Known(knock) is not { } role
            ? Refused(401, "nobody is known here without a session or a token: follow the link that the dashboard printed.")
            : role == Role.Visitor && IsSteering(knock.Path) ? Refused(403, "a visitor may look, and change nothing.")
            : new Verdict(0, null, role);
    }

    /// <summary>Somebody follows a link or types an address: the page comes, and asks again by itself. A link in another page
    /// leads to the bare page alone.</summary>
    private static bool IsNavigation(Knock knock, bool isSafe) =>
        isSafe && knock.Mode == "navigate" && (knock.Site == "none" || (knock.Target == "document" && Routes.IsPage(knock.Path)));

    private static bool IsOpen(Knock knock, bool isSafe) => isSafe
        ? Routes.IsPage(knock.Path) || Routes.IsAsset(knock.Path) || Routes.IsHealth(knock.Path)
        : knock is { Method: "POST", Path: Routes.Session };

    private static bool IsSteering(string path) => path.StartsWith(Routes.Actions, StringComparison.Ordinal);

    private static bool IsJson(string? type) =>
        type is not null && type.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

    // A browser that does not say where a request comes from is not believed.
    private Role? Known(Knock knock) => knock.Token is { } token ? sessions.OfToken(token)
        : knock.Site is null ? null : sessions.OfCookie(knock.Cookie)?.Role;

    private static Verdict Refused(int status, string words) => new(status, words, null);
}
