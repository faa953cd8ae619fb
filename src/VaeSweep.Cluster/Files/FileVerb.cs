namespace VaeSweep.Cluster.Files;

/// <summary>See <see cref="FileAsk"/>.</summary>
internal enum FileVerb
{
    /// <summary>Where the artifacts folder is, and its mark (<see cref="SharedFolder"/>).</summary>
    Where,

    /// <summary>Take a file: answered with the offset from which it is wanted, and again when it is all there.</summary>
    Put,

    /// <summary>Give a file: answered with its length and sum, then from the offset that the client says.</summary>
    Get,
}
