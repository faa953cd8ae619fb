using Akka.Actor;
using Akka.Cluster.Tools.Client;
using VaeSweep.Cluster.Commands;

namespace VaeSweep.Cluster.Actors;

/// <summary>Brings what commands ask to the desk of a head, and its answers back. Lives at <see cref="Names.DeskPath"/>, where
/// clients of the cluster find it.</summary>
internal sealed class DeskActor : ReceiveActor
{
    private readonly CommandDesk _desk;

    /// <param name="desk">Is the actor's, and ends with it.</param>
    public DeskActor(CommandDesk desk)
    {
        _desk = desk;
        Receive<ChannelFrame>(Hear);
    }

    /// <summary>To be started as <see cref="Names.Desk"/> by a head's system.</summary>
    public static Props PropsFor(CommandDesk desk) => Props.Create(() => new DeskActor(desk));

    protected override void PreStart() => ClusterClientReceptionist.Get(Context.System).RegisterService(Self);

    protected override void PostStop() => _ = _desk.DisposeAsync().AsTask();

    private void Hear(ChannelFrame frame)
    {
        var (from, self) = (Sender, Self);
        _ = AnswerAsync();

        async Task AnswerAsync()
        {
            if (await _desk.AnswerAsync(frame.Bytes) is { } answer)
                from.Tell(new ChannelFrame(answer), self);
        }
    }
}
