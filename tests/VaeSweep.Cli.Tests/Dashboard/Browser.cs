using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace VaeSweep.Cli.Tests.Dashboard;

/// <summary>Asks a dashboard as its page in a browser does: with the session's cookie and the headers that browsers
/// add.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _client;
    private readonly string _origin;
    private string? _cookie;

    public Browser(string origin)
    {
        _origin = origin;
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false, AutomaticDecompression = DecompressionMethods.All,
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        })
        {
            BaseAddress = new Uri(origin), Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public string? Cookie => _cookie;

    /// <summary>Changes a ticket or a token for a session.</summary>
    public async Task<HttpStatusCode> LoginAsync(string kind, string secret)
    {
        using var answer = await PostAsync("/api/session", $$"""{"{{kind}}":"{{secret}}"}""");
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
            _cookie = cookies.First().Split(';')[0];
        return answer.StatusCode;
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? tag = null) => SendAsync(HttpMethod.Get, path, null, request =>
    {
        if (tag is not null)
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(tag));
    });

    public async Task<JsonElement> JsonAsync(string path)
    {
        using var answer = await GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body, Action<HttpRequestMessage>? change = null) =>
        SendAsync(HttpMethod.Post, path, body, change);

    /// <returns>The status, and the answer.</returns>
    public async Task<(HttpStatusCode Status, JsonElement Json)> ActAsync(string path, string body)
    {
        using var answer = await PostAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonDocument.Parse(text).RootElement);
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        if (_cookie is not null)
            request.Headers.Add("Cookie", _cookie);
        if (body is not null)
        {
            request.Headers.Add("Origin", _origin);
            request.Headers.Add("X-VaeSweep", "1");
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        change?.Invoke(request);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Opens the stream of events.</summary>
    public async Task<EventReader> FollowAsync(string? lastId = null)
    {
        var answer = await SendAsync(HttpMethod.Get, "/api/events", null, request =>
        {
            if (lastId is not null)
                request.Headers.Add("Last-Event-ID", lastId);
        });
        Assert.True(answer.IsSuccessStatusCode, answer.StatusCode.ToString());
        return new EventReader(answer, await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>Reads server-sent events.</summary>
internal sealed class EventReader(HttpResponseMessage answer, Stream stream) : IDisposable
{
    private readonly StreamReader _lines = new(stream);

    /// <summary>Of the last event that had one.</summary>
    public string? LastId { get; private set; }

    /// <summary>The next event that meets a condition.</summary>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (await _lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                LastId = line[4..];
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            var json = JsonDocument.Parse(line[6..]).RootElement;
            if (wanted(json))
                return json;
        }

        throw new InvalidOperationException("The stream has ended.");
    }

    public void Dispose()
    {
        _lines.Dispose();
        answer.Dispose();
    }
}
