using System.Text;

namespace VaeSweep.Cluster;

/// <summary>A file that one process of this machine has locked, with a line that says who.</summary>
internal sealed class DeviceLock : IDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)0x1B6;
    private const UnixFileMode EverybodyTheirOwn = (UnixFileMode)0x3FF;

    private readonly FileStream _file;

    private DeviceLock(FileStream file) => _file = file;

    /// <summary>Makes the folder, where several users of a machine may each keep locks.</summary>
    public static bool TryPrepare(string folder, out string why)
    {
        try
        {
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                SetMode(folder, EverybodyTheirOwn);
            }

            why = "";
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = e.Message;
            return false;
        }
    }

    /// <returns>Null when another has it.</returns>
    public static DeviceLock? TryTake(string path, string who, out string holder)
    {
        try
        {
            var file = Open(path, FileShare.None);
            // Beside it, because a file that is locked cannot be read.
            using (var said = Open(NameFile(path), FileShare.ReadWrite))
            {
                said.SetLength(0);
                said.Write(Encoding.UTF8.GetBytes(who));
            }

            holder = who;
            return new DeviceLock(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            holder = Holder(NameFile(path));
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private static string NameFile(string path) => path + ".who";

    // FileShare.None is flock(LOCK_EX) here. A file that is there is not opened for creation: in a folder like /tmp the kernel
    // may forbid that to all but its owner.
    private static FileStream Open(string path, FileShare share)
    {
        if (File.Exists(path))
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, share);

        var made = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
        SetMode(path, Everybody);
        return made;
    }

    private static string Holder(string path)
    {
        try
        {
            return File.ReadAllText(path) is { Length: > 0 } who ? who : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
