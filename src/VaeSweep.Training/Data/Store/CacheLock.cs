namespace VaeSweep.Training.Data;

/// <summary>Lets one process at a time fetch into a cache folder, so that the others find the files instead of fetching them
/// too.</summary>
/// <remarks>It saves work only. Installing a file is atomic, so a file system without locks, or a process that stops waiting,
/// does no harm. The system frees the lock of a process that died.</remarks>
internal static class CacheLock
{
    private const string Name = ".lock";
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <returns>Releases the lock when disposed; null when it could not be had within the limit.</returns>
    public static async Task<IDisposable?> TakeAsync(
        string folder, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, Name);
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path) && time.GetElapsedTime(start) < limit)
            {
                await Task.Delay(_pause, time, cancellationToken);
            }
            catch (IOException)
            {
                return null;
            }
        }
    }
}
