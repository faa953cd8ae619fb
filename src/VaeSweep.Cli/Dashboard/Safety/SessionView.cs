using Microsoft.AspNetCore.Http;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Lets browsers in, and tells them who they are.</summary>
/// <param name="origin">As browsers know the dashboard.</param>
/// <param name="tokens">File of the tokens.</param>
internal sealed class SessionView(Sessions sessions, string origin, string tokens, TimeProvider time)
{
    /// <summary>The cookie's name: browsers send it to every port of this machine, and another dashboard has another.</summary>
    public string Cookie { get; } = $"vaesweep-{new Uri(origin).Port}";

    /// <summary>Begins a session for a ticket or a token, or forgets it.</summary>
    public async Task<Reply> ChangeAsync(HttpContext context)
    {
        if (context.Request.Method == "DELETE")
        {
            context.Response.Cookies.Delete(Cookie, OptionsOf(until: null));
            return Reply.Json(json =>
            {
                json.WriteStartObject();
                json.WriteEndObject();
            });
        }

        var body = await new Asked(context, Role.Visitor, new Dictionary<string, string>()).BodyAsync(context.RequestAborted);
        var role = Text("ticket") is { } ticket ? sessions.UseTicket(ticket)
            : Text("token") is { } token ? sessions.OfToken(token) : null;
        return role is { } known ? Begin(context, known)
            : Reply.Fault(401, Advice("this link was used before, or is of another dashboard."));

        string? Text(string name) => body.TryGetProperty(name, out var value)
            && value.ValueKind == System.Text.Json.JsonValueKind.String ? value.GetString() : null;
    }

    /// <summary>Who asks, and until when.</summary>
    public Reply Tell(Asked asked)
    {
        var known = sessions.OfCookie(asked.Context.Request.Cookies[Cookie]);
        var (role, until) = known ?? (asked.Role, time.GetUtcNow() + Sessions.Life);
        // Of a page that stays open, the session does too.
        return known is not null && until - time.GetUtcNow() < Sessions.Life / 2
            ? Begin(asked.Context, role) : Said(role, until);
    }

    private Reply Begin(HttpContext context, Role role)
    {
        var (cookie, until) = sessions.Begin(role);
        context.Response.Cookies.Append(Cookie, cookie, OptionsOf(until));
        return Said(role, until);
    }

    private CookieOptions OptionsOf(DateTimeOffset? until) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", Expires = until,
        Secure = origin.StartsWith("https:", StringComparison.Ordinal),
    };

    private static Reply Said(Role role, DateTimeOffset until) => Reply.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("role", Wording.Name(role));
        json.WriteString("until", until);
        json.WriteEndObject();
    });

    /// <summary>Adds what else opens it.</summary>
    public string Advice(string words) => $"{words} The token in {tokens} opens it, too.";
}
