namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>An answer that says only how it went.</summary>
public abstract record Status
{
    public sealed record Success(object? Value) : Status;

    /// <summary>Thrown by <see cref="ActorRefExtensions.Ask{T}"/> at the asker.</summary>
    public sealed record Failure(Exception Cause) : Status;
}
