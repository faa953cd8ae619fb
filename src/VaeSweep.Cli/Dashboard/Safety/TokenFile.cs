using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace VaeSweep.Cli.Dashboard;

/// <summary>The tokens that open a dashboard, in a file that its owner alone may read: STORE.dashboard. They stay when the
/// dashboard is started again.</summary>
/// <param name="Path">Full.</param>
/// <param name="Token">Opens everything.</param>
/// <param name="Visitor">Opens what only reads.</param>
internal sealed record TokenFile(string Path, string Token, string Visitor)
{
    private const int TokenBytes = 32;
    private const int MostBytes = 16_384;
    private const string OpenName = "dashboards";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static string PathOf(string store) => store + ".dashboard";

    /// <summary>Reads the tokens of a file, or makes them.</summary>
    /// <exception cref="CliException">Others may read it, or it cannot be written.</exception>
    public static TokenFile LoadOrMake(string path)
    {
        try
        {
            if (Read(path) is { } known)
                return known;
            var made = new TokenFile(path, Random(), Random());
            made.Write([]);
            return made;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                $"the dashboard's tokens cannot be kept in {path}: {failure.Message}", ExitCodes.Failed, failure);
        }
    }

    /// <returns>Null where there is none.</returns>
    /// <exception cref="CliException">Others may read it.</exception>
    public static TokenFile? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & ~OwnerOnly) != UnixFileMode.None)
        {
            throw new CliException($"others may read {path}, and whoever has what it holds may steer. Delete it: the next start "
                + "makes new tokens.");
        }

        if (file.Length > MostBytes)
            return null;
        try
        {
            using var json = JsonDocument.Parse(file);
            return Text(json, "token") is { } token && Text(json, "visitor") is { } visitor
                ? new TokenFile(path, token, visitor) { Open = OpenDashboard.ReadAll(json.RootElement, OpenName) } : null;
        }
        catch (JsonException)
        {
            // Half of one, of a machine that lost its power: it is made anew.
            return null;
        }
    }

    /// <summary>The dashboards of the store that answer now, the newest last.</summary>
    public IReadOnlyList<OpenDashboard> Open { get; init; } = [];

    /// <summary>Where the newest dashboard answers; null while none does.</summary>
    public string? Address => Open is [.., var newest] ? newest.Address : null;

    /// <summary>Says that one answers, beside those that others have said.</summary>
    public void Add(OpenDashboard one) => Change(open => [.. open, one]);

    /// <summary>Says that one does not answer any more. Whoever deleted the file wants new tokens at the next start: it stays
    /// deleted.</summary>
    public void Remove(OpenDashboard one)
    {
        if (Read(Path) is { } now && now.Token == Token)
            Change(open => [.. open.Where(other => other.Address != one.Address)]);
    }

    private void Change(Func<IReadOnlyList<OpenDashboard>, IReadOnlyList<OpenDashboard>> change) => Write(
        change([.. (File.Exists(Path) ? Read(Path)?.Open ?? [] : []).Where(one => one.Lives)]));

    private void Write(IReadOnlyList<OpenDashboard> open)
    {
        var part = $"{Path}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(part, options))
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("address", open is [.., var newest] ? newest.Address : null);
            json.WriteString("fingerprint", open is [.., var last] ? last.Fingerprint : null);
            json.WriteString("token", Token);
            json.WriteString("visitor", Visitor);
            json.WriteStartArray(OpenName);
            foreach (var one in open)
                one.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        File.Move(part, Path, overwrite: true);
    }

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    private static string? Text(JsonDocument json, string name) => json.RootElement.ValueKind == JsonValueKind.Object
        && json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text ? text : null;
}
