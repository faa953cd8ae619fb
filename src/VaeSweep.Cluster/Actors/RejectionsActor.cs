using Akka.Actor;
using Akka.Event;
using Akka.Remote.Transport;
using DotNetty.Codecs;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Actors;

/// <summary>Hears in Akka's own log who came without TLS or broke it off, which no certificate is there to be judged by, and who
/// sends what nobody reads.</summary>
internal sealed class RejectionsActor : ReceiveActor
{
    private const string Rejected = "Rejected incoming connection from [";
    private const string Unreadable = "Deserialization failed for message";
    private const string NoMessage = "it sends what is no message";

    public RejectionsActor(Refusals refusals)
    {
        Receive<Warning>(warning =>
        {
            var text = warning.Message?.ToString() ?? "";
            if (text.StartsWith(Rejected, StringComparison.Ordinal))
                refusals.Admits(text[Rejected.Length..].Split("] ")[0], "it speaks no TLS, or broke it off");
            else if (text.StartsWith(Unreadable, StringComparison.Ordinal))
                refusals.Admits("a process with a key", "it sends messages that nobody reads here");
        });
        Receive<Error>(error =>
        {
            if (PeerOf(error) is { } peer)
                refusals.Admits(peer, NoMessage);
        });
    }

    /// <summary>Who sent bytes that are no frame of Akka's, or a frame that holds no message.</summary>
    /// <returns>Null for any other error.</returns>
    private static string? PeerOf(Error error)
    {
        switch (error.Cause)
        {
            case TooLongFrameException or CorruptedFrameException:
                // ... channel [[::ffff:127.0.0.1]:4053->[::ffff:127.0.0.1]:51234](Id=7f)
                var text = error.Message?.ToString() ?? "";
                return text[(text.IndexOf("->", StringComparison.Ordinal) + 2)..].Split("](Id=")[0];
            case AkkaProtocolException:
                // The actor of the connection: .../akkaProtocol-tcp://vaesweep@[::ffff:127.0.0.1]:51234-17
                var path = Uri.UnescapeDataString(error.LogSource);
                return path.LastIndexOf('-') is var end and > 0 && path.Contains('@', StringComparison.Ordinal)
                    ? path[..end] : null;
            default:
                return null;
        }
    }

    public static Props Props(Refusals refusals) => Akka.Actor.Props.Create(() => new RejectionsActor(refusals));
}
