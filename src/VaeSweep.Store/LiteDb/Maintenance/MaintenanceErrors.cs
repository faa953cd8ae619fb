using System.Globalization;

namespace VaeSweep.Store.LiteDb;

/// <summary>What a failure means to a person who asked for a back-up, a check or the like.</summary>
internal static class MaintenanceErrors
{
    /// <param name="path">The store that was to be read or written.</param>
    public static Exception Translated(Exception error, string path)
    {
        var translated = LiteDbFile.Translated(error, RealDisk.Instance, path);
        // Of a store that is in use it says that commits wait; here nobody waits.
        return translated is StoreFullException full
            ? new StoreException(string.Create(CultureInfo.InvariantCulture,
                $"The disk of '{full.Path}' is full ({full.Free:N0} bytes are free). Nothing was changed; make room, and try " +
                $"again."),
                full)
            : translated;
    }
}
