using System.Text.Json;
using VaeSweep.Store.Sqlite;

namespace VaeSweep.Store.LiteDb;

/// <summary>Who has a store open to write, or had it last: the file STORE.owner.</summary>
/// <param name="Boot">Tells one start of the machine from the next.</param>
/// <param name="Address">Where it answers; null before it does, and after its end.</param>
/// <param name="Token">What a command must say to steer it; readable by the file's owner alone.</param>
/// <param name="Opening">Made with each opening and kept in the store too: a store with another one was replaced.</param>
/// <param name="Since">When it took the store; null where an older version wrote the file.</param>
public sealed record StoreOwner(string Host, string Boot, int Pid, string? Address, string? Token, string Opening,
    DateTimeOffset? Since = null)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>For a person.</summary>
    public override string ToString() =>
        $"process {Pid} on host '{Host}'{(Since is { } since ? $" since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC" : "")}";

    public static string PathOf(string store) => store + ".owner";

    /// <returns>Null when nobody has had the store, or the file cannot be read.</returns>
    public static StoreOwner? Read(string store)
    {
        try
        {
            return JsonSerializer.Deserialize<StoreOwner>(File.ReadAllText(PathOf(store)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    internal static StoreOwner ThisProcess(DateTimeOffset now) =>
        new(HostIdentity.Current.Name, HostIdentity.Current.Boot, Environment.ProcessId, null, null,
            Guid.NewGuid().ToString("N"), now);

    /// <summary>Replaces the file at once, so that nobody reads half of it.</summary>
    internal void Write(string store)
    {
        var part = PathOf(store) + ".new";
        File.Delete(part);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(part, options))
            JsonSerializer.Serialize(file, this);
        File.Move(part, PathOf(store), overwrite: true);
    }
}
