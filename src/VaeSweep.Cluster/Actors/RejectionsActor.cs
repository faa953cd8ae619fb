using Akka.Actor;
using Akka.Event;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Actors;

/// <summary>Hears in Akka's own log who came without TLS or broke it off, which no certificate is there to be judged by, and who
/// sends what nobody reads.</summary>
internal sealed class RejectionsActor : ReceiveActor
{
    private const string Rejected = "Rejected incoming connection from [";
    private const string Unreadable = "Deserialization failed for message";

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
    }

    public static Props Props(Refusals refusals) => Akka.Actor.Props.Create(() => new RejectionsActor(refusals));
}
