using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace VaeSweep.Benchmarks;

/// <summary>What an open page of a sweep asks of a head: its stream, and each part of it again when something has changed, as
/// often as src/web/dashboard does.</summary>
internal sealed class FollowingPage(ServedProcess served) : IDisposable
{
    private const string NoteStart = "sent at ";
    private const double Patience = 6;

    private static readonly (string Path, TimeSpan Every)[] _parts =
    [
        ("/api/sweeps/1", TimeSpan.FromSeconds(2)), ("/api/sweeps/1/table", TimeSpan.FromSeconds(1)),
        ("/api/sweeps/1/figures/curves?points=300", TimeSpan.FromSeconds(1)),
        ("/api/sweeps/1/figures/parallel?metric=test_nll", TimeSpan.FromSeconds(3)),
    ];

    private readonly HttpClient _browser = served.Browser();
    private volatile int _events;
    private int _asked;

    /// <summary>Events that came.</summary>
    public int Events => _events;

    /// <summary>Questions that were asked.</summary>
    public int Asked => _asked;

    /// <summary>Seconds from a change, before it was committed, until it was here.</summary>
    public Times Delays { get; } = new();

    /// <summary>A sweep's note that tells when it was written.</summary>
    /// <param name="sent">By this process's clock.</param>
    public static string NoteOf(long sent) => string.Create(CultureInfo.InvariantCulture, $"{NoteStart}{sent}");

    public Task FollowAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(
            [ListenAsync(cancellationToken), .. _parts.Select(part => AskAsync(part.Path, part.Every, cancellationToken))]);

    public void Dispose() => _browser.Dispose();

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await _browser.GetStreamAsync("/api/events", cancellationToken);
            using var lines = new StreamReader(stream);
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                if (!line.StartsWith("data:", StringComparison.Ordinal))
                    continue;
                _events++;
                if (line.IndexOf(NoteStart, StringComparison.Ordinal) is var place && place < 0)
                    continue;
                var digits = line.AsSpan(place + NoteStart.Length);
                digits = digits[..digits.IndexOf('"')];
                Delays.Add(Stopwatch.GetElapsedTime(
                    long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture)).TotalSeconds);
            }
        }
        catch (OperationCanceledException)
        {
            // It was to go on until then.
        }
    }

    private async Task AskAsync(string path, TimeSpan every, CancellationToken cancellationToken)
    {
        var (seen, tag) = (-1, (string?)null);
        try
        {
            while (true)
            {
                var began = Stopwatch.GetTimestamp();
                if (seen != _events)
                {
                    seen = _events;
                    tag = await AskAsync(path, tag, cancellationToken);
                }

                var took = Stopwatch.GetElapsedTime(began) * Patience;
                await Task.Delay(took > every ? took : every, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // It was to go on until then.
        }
    }

    private async Task<string?> AskAsync(
        string path, string? tag, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (tag is { } known)
            request.Headers.IfNoneMatch.ParseAdd(known);
        using var answer = await _browser.SendAsync(request, cancellationToken);
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        Interlocked.Increment(ref _asked);
        return answer.StatusCode == HttpStatusCode.OK ? answer.Headers.ETag?.ToString() : tag;
    }
}
