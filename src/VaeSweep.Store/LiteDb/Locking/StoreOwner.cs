using System.Text.Json;

namespace VaeSweep.Store.LiteDb;

/// <summary>Who has a store open to write, or had it last: the file STORE.owner.</summary>
/// <param name="Boot">Tells one start of the machine from the next.</param>
/// <param name="Address">Where it answers; null before it does, and after its end.</param>
/// <param name="Token">What a command must say to steer it, readable by the file's owner alone. It stays from one head to the
/// next, and nodes that outlive a head go on showing it.</param>
/// <param name="Opening">Made with each opening and kept in the store too: a store with another one was replaced.</param>
/// <param name="Since">When it took the store; null where an older version wrote the file.</param>
public sealed record StoreOwner(string Host, string Boot, int Pid, string? Address, string? Token, string Opening,
    DateTimeOffset? Since = null)
{
    /// <summary>What a command must show where the head talks TLS; null elsewhere.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Of a `run` that is head: its folder of checkpoints and models, with which another `run` of this machine may go on
    /// as head when it ends. Null of a head that stands, and is waited for.</summary>
    public string? Leaves { get; init; }

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>It runs, or ran, on this machine, as far as names and starts tell.</summary>
    public bool IsOnThisHost => Host == HostIdentity.Current.Name && Boot == HostIdentity.Current.Boot;

    /// <summary>For a person.</summary>
    public override string ToString() =>
        $"process {Pid} on host '{Host}'{(Since is { } since ? $" since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC" : "")}";

    public static string PathOf(string store) => store + ".owner";

    /// <returns>Null when nobody has had the store, or the file cannot be read.</returns>
    public static StoreOwner? Read(string store)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(PathOf(store)));
            return Of(document.RootElement);
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>By hand: every command reads it first of all, and would compile what a serializer has for each type.</summary>
    private static StoreOwner? Of(JsonElement file)
    {
        string? Text(string name) => file.TryGetProperty(name, out var text) ? text.GetString() : null;
        return Text(nameof(Host)) is { } host && Text(nameof(Boot)) is { } boot && Text(nameof(Opening)) is { } opening
            && file.TryGetProperty(nameof(Pid), out var pid)
            ? new StoreOwner(
                host, boot, pid.GetInt32(), Text(nameof(Address)), Text(nameof(Token)), opening,
                file.TryGetProperty(nameof(Since), out var since) && since.ValueKind == JsonValueKind.String
                    ? since.GetDateTimeOffset() : null)
            {
                KeyFile = Text(nameof(KeyFile)), Leaves = Text(nameof(Leaves)),
            }
            : null;
    }

    /// <returns>The token of the store's heads so far; null where there was none, or others could have read it.</returns>
    public static string? TokenOf(string store) => IsOwnersAlone(PathOf(store)) ? Read(store)?.Token : null;

    internal static StoreOwner ThisProcess(DateTimeOffset now, string? token) =>
        new(HostIdentity.Current.Name, HostIdentity.Current.Boot, Environment.ProcessId, null, token,
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
            WriteTo(file);
        File.Move(part, PathOf(store), overwrite: true);
    }

    private void WriteTo(Stream file)
    {
        using var writer = new Utf8JsonWriter(file);
        writer.WriteStartObject();
        writer.WriteString(nameof(Host), Host);
        writer.WriteString(nameof(Boot), Boot);
        writer.WriteNumber(nameof(Pid), Pid);
        writer.WriteString(nameof(Address), Address);
        writer.WriteString(nameof(Token), Token);
        writer.WriteString(nameof(Opening), Opening);
        if (Since is { } since)
            writer.WriteString(nameof(Since), since);
        writer.WriteString(nameof(KeyFile), KeyFile);
        writer.WriteString(nameof(Leaves), Leaves);
        writer.WriteEndObject();
    }

    private static bool IsOwnersAlone(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & ~OwnerOnly) == UnixFileMode.None);
}
