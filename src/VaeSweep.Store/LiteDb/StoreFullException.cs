using System.Globalization;

namespace VaeSweep.Store.LiteDb;

/// <summary>The disk has too little room for the store. What was acknowledged is safe; the rest waits until there is
/// room.</summary>
/// <param name="needed">Bytes that should be free; 0 when the disk itself said no.</param>
/// <param name="free">Bytes that are.</param>
public sealed class StoreFullException(string path, long needed, long free, Exception? inner = null)
    : StoreException(Text(path, needed, free), inner)
{
    public string Path { get; } = path;
    public long Needed { get; } = needed;
    public long Free { get; } = free;

    private static string Text(string path, long needed, long free) => string.Create(CultureInfo.InvariantCulture,
        $"Store '{path}': the disk is full ({free:N0} bytes are free{(needed > 0 ? $", {needed:N0} are needed" : "")}). " +
        $"Nothing acknowledged is lost; it goes on by itself when there is room.");
}
