namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>Messages set aside for later. On a restart they go back into the mailbox; on a stop they become dead letters.</summary>
public interface IStash
{
    /// <summary>Sets the message at hand aside.</summary>
    /// <exception cref="InvalidOperationException">It was set aside already.</exception>
    void Stash();

    /// <summary>Puts the oldest one back, before all that wait in the mailbox.</summary>
    void Unstash();

    /// <summary>Puts all back, in their order, before all that wait in the mailbox.</summary>
    void UnstashAll();
}
