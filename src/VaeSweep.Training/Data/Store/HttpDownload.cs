using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace VaeSweep.Training.Data;

/// <summary>Downloads files over HTTP, and remembers hosts that did not answer.</summary>
internal sealed class HttpDownload : IDisposable
{
    private const int BufferBytes = 131_072;

    private readonly HttpClient _client;
    private readonly DatasetStoreOptions _options;
    private readonly HashSet<string> _silentHosts = new(StringComparer.Ordinal);

    [SuppressMessage("Reliability", "CA2000", Justification = "The client disposes its handler.")]
    public HttpDownload(DatasetStoreOptions options)
    {
        _options = options;
        _client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = options.ConnectTimeout })
        {
            // The time limit is on silence, not on the whole: a slow line may take as long as it needs.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("vaesweep");
    }

    /// <summary>Whether the host of an address did not answer before: asking it for the next file would only cost another
    /// time-out.</summary>
    public bool IsSilent(Uri address) => _silentHosts.Contains(address.Authority);

    /// <summary>Writes what an address sends to a new file and syncs it to disk.</summary>
    /// <param name="limit">Bytes after which the answer cannot be the file that is wanted.</param>
    /// <param name="progress">Gets bytes so far and in all.</param>
    /// <exception cref="DatasetException">The message says why, without the address.</exception>
    public async Task SaveAsync(
        Uri address, string path, long limit, Action<long, long?> progress, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(_options.ConnectTimeout + _options.StallTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            using var answer = await _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!answer.IsSuccessStatusCode)
                throw new DatasetException($"answered {(int)answer.StatusCode} {answer.ReasonPhrase}");

            var total = answer.Content.Headers.ContentLength;
            if (total > limit)
                throw new DatasetException($"offers {total:N0} bytes, more than the file can have ({limit:N0})");

            await using var body = await answer.Content.ReadAsStreamAsync(either.Token);
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            var buffer = new byte[BufferBytes];
            var received = 0L;
            while (true)
            {
                silence.CancelAfter(_options.StallTimeout);
                var got = await body.ReadAsync(buffer, either.Token);
                if (got == 0)
                    break;

                received += got;
                if (received > limit)
                    throw new DatasetException($"sent more than the file can have ({limit:N0} bytes)");

                await file.WriteAsync(buffer.AsMemory(0, got), either.Token);
                progress(received, total);
            }

            file.Flush(flushToDisk: true);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            _silentHosts.Add(address.Authority);
            throw new DatasetException(
                exception.InnerException is TimeoutException
                    ? $"no connection within {_options.ConnectTimeout.TotalSeconds:0.#} s"
                    : $"sent nothing for {_options.StallTimeout.TotalSeconds:0.#} s",
                exception);
        }
        catch (HttpRequestException exception)
        {
            if (exception.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.ProxyTunnelError)
            {
                _silentHosts.Add(address.Authority);
            }

            throw new DatasetException(Innermost(exception), exception);
        }
        catch (IOException exception)
        {
            throw new DatasetException(Innermost(exception), exception);
        }
    }

    public void Dispose() => _client.Dispose();

    private static string Innermost(Exception exception) => exception.GetBaseException() switch
    {
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain } =>
            "the name of the host cannot be resolved",
        var cause => cause.Message.TrimEnd('.'),
    };
}
