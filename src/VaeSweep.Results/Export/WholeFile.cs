namespace VaeSweep.Results;

/// <summary>Files that are there whole or not at all: a reader never meets half an export.</summary>
internal static class WholeFile
{
    public static async Task WriteAsync(string path, Func<Stream, Task> content)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
        try
        {
            await using (var stream = new FileStream(
                temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16, useAsync: true))
            {
                await content(stream);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public static Task WriteTextAsync(string path, Func<TextWriter, Task> content) => WriteAsync(path, async stream =>
    {
        await using var text = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        await content(text);
    });
}
