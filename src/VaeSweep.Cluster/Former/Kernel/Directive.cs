namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>What a supervisor does about a child that failed.</summary>
public enum Directive
{
    /// <summary>Go on with the next message; state is kept, the message that failed is dropped.</summary>
    Resume,

    /// <summary>Go on with a new instance; the mailbox is kept, the message that failed is dropped.</summary>
    Restart,

    /// <summary>Fail oneself with the same cause.</summary>
    Escalate,

    Stop,
}
