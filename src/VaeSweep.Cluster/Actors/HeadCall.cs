using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Actors;

/// <summary>Calls a head's address once, outside Akka, which tells nobody why it fails.</summary>
internal static class HeadCall
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _hangsUpWithin = TimeSpan.FromSeconds(1);

    /// <param name="head">HOST:PORT.</param>
    /// <param name="credentials">Null where no key is used.</param>
    /// <param name="listenFor">After TLS: for so long the head may still refuse this side's key.</param>
    /// <returns>The address of this machine that the head sees; or what is wrong, for a person.</returns>
    public static async Task<(IPAddress? Local, string? Fault)> MakeAsync(
        string head, Credentials? credentials, TimeSpan listenFor, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(_patience);
        var fault = (string?)null;
        using var client = new TcpClient();
        try
        {
            var address = Systems.AddressOf(head, tls: false);
            await client.ConnectAsync(address.Host.Trim('[', ']'), address.Port!.Value, late.Token);
            var local = ((IPEndPoint)client.Client.LocalEndPoint!).Address;
            if (credentials is not null)
            {
                await using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsClientAsync(
                    credentials.ForClient(address.Host, PeerRole.Head, found => fault = found), late.Token);
                if (listenFor > TimeSpan.Zero)
                    fault = await RefusalAsync(stream, listenFor, cancellationToken);
                await HangUpAsync(stream, cancellationToken);
            }

            return (local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local, fault);
        }
        catch (SocketException failure)
        {
            return (null, failure.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "nothing listens there: no head runs, or it listens on another address",
                SocketError.HostNotFound or SocketError.NoData => "no machine of that name is known here",
                _ => failure.Message,
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"no answer in {_patience.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException)
        {
            return (null, fault ?? "who answers there speaks no TLS, or broke it off: is it a head that was started with a key?");
        }
    }

    /// <summary>Ends a call that was made for its handshake alone. A client in TLS 1.3 has finished before the server has: if it
    /// only closed, what the server still sends would make the server's handshake fail, and it would say so.</summary>
    public static async Task HangUpAsync(SslStream stream, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(_hangsUpWithin);
        try
        {
            await stream.ShutdownAsync();
            var rest = new byte[256];
            while (await stream.ReadAsync(rest, enough.Token) > 0)
            {
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // It is ended all the same.
        }
    }

    /// <summary>In TLS 1.3 a client is refused after its own side has finished.</summary>
    private static async Task<string?> RefusalAsync(SslStream stream, TimeSpan listenFor, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(listenFor);
        const string Refused = "it refused this key: is it of that head's store (STORE.key beside it), and not expired?";
        try
        {
            return await stream.ReadAsync(new byte[1], enough.Token) == 0 ? Refused : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (IOException)
        {
            return Refused;
        }
    }
}
