namespace VaeSweep.Cli.Dashboard;

/// <summary>Which part of the dashboard an address is of.</summary>
internal static class Routes
{
    public const string Api = "/api/";
    public const string Session = "/api/session";
    public const string Actions = "/api/actions/";
    public const string Events = "/api/events";
    public const string Assets = "/assets/";
    public const string Live = "/health/live";
    public const string Ready = "/health/ready";
    public const string Metrics = "/metrics";

    /// <summary>The parameter that names sweeps besides the one in the address.</summary>
    public const string Also = "also";

    private static readonly string[] _pages = ["/sweep/", "/trial/"];
    private static readonly string[] _single = ["/", "/index.html", "/compare", "/query", "/nodes", "/login"];

    /// <summary>The page itself, whichever of its views is meant.</summary>
    public static bool IsPage(string path) =>
        _single.Contains(path) || _pages.Any(start => path.StartsWith(start, StringComparison.Ordinal));

    public static bool IsAsset(string path) =>
        path.StartsWith(Assets, StringComparison.Ordinal) || path is "/favicon.ico" or "/favicon.svg";

    public static bool IsHealth(string path) => path is Live or Ready;
}
