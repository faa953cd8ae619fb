namespace VaeSweep.Store.LiteDb;

/// <summary>The first failed write of any of a store's files. After it nobody knows what the disk holds, so nothing more is
/// written until the store
/// is opened anew.</summary>
internal sealed class WriteFault
{
    public Exception? First { get; private set; }

    /// <exception cref="IOException">A write has failed before; with the same error number.</exception>
    public void Demand()
    {
        if (First is not null)
        {
            throw new IOException($"Nothing is written after a failure until the store is opened again. {First.Message}",
                First) { HResult = First.HResult };
        }
    }

    /// <returns>Always false, for an exception filter: the exception goes on.</returns>
    public bool Note(Exception error)
    {
        First ??= error;
        return false;
    }
}
