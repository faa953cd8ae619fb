namespace VaeSweep.Cluster.Commands;

/// <summary>Pages that a command sends, kept in a temporary file until all are there. The store must never wait for a network in
/// the middle of its work, and a million trials are not to be held in memory.</summary>
internal sealed class InputSpool : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly FileStream _file;
    private readonly List<int> _lengths = [];
    private int _length;

    public InputSpool()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = BufferBytes,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(Path.Combine(Path.GetTempPath(), $"vaesweep-input-{Guid.NewGuid():N}"), options);
    }

    /// <param name="endsPage">The page is whole with this slice.</param>
    public void Add(ReadOnlySpan<byte> slice, bool endsPage)
    {
        _file.Write(slice);
        _length = checked(_length + slice.Length);
        if (!endsPage)
            return;
        _lengths.Add(_length);
        _length = 0;
    }

    /// <summary>All pages in their order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadPages()
    {
        _file.Position = 0;
        foreach (var length in _lengths)
        {
            var page = new byte[length];
            _file.ReadExactly(page);
            yield return page;
        }
    }

    public void Dispose() => _file.Dispose();
}
