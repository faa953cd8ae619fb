namespace VaeSweep.Store;

/// <summary>SQLite refused something in a query's database.</summary>
/// <param name="code">SQLite's result code.</param>
/// <param name="detail">SQLite's own words.</param>
internal sealed class MirrorFailure(int code, string detail)
    : StoreException(
        $"The database that queries are asked of failed: {detail} (code {code}). The store itself is as it was; ask again.")
{
    private const int PrimaryCode = 0xff;

    /// <summary>Without what SQLite adds to it.</summary>
    public int Code { get; } = code & PrimaryCode;

    public string Detail { get; } = detail;
}
