namespace VaeSweep.Cluster.Files;

/// <summary>Sends a file piece by piece.</summary>
internal static class FilePieces
{
    private const int PieceBytes = 65_536;

    /// <summary>From where it stands to its end.</summary>
    /// <param name="stopped">Ends it early; null for nothing that does.</param>
    public static async Task SendAsync(Stream file, Stream to, Patience patience, Task? stopped = null)
    {
        var buffer = new byte[PieceBytes];
        while (stopped is not { IsCompleted: true })
        {
            var count = await file.ReadAsync(buffer, patience.Next());
            if (count == 0)
                break;
            await to.WriteAsync(buffer.AsMemory(0, count), patience.Next());
        }

        await to.FlushAsync(patience.Next());
    }
}
